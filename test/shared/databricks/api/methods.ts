import { DatabricksClient } from "../../../../shared/databricks/connection.ts";
import { oauthAuthorization } from "../../../../shared/databricks/oauth.ts";
import { stageApprovals } from "../../../../shared/devops/approvals.ts";
import { listAttachments, listTaggedBuilds } from "../../../../shared/devops/builds.ts";
import { toolRelease } from "../../../../shared/devops/client-tools.ts";
import type { AzureDevOps } from "../../../../shared/devops/connection.ts";
import { areaUrl, resourcePath } from "../../../../shared/devops/locations.ts";
import { HttpClient } from "../../../../shared/http/client.ts";
import { HostPolicy } from "../../../../shared/http/hosts.ts";
import type { TaskHost } from "../../../../shared/task/host.ts";
import type { FaultyServer } from "../../http/faulty-server.ts";

/** The server of this test. A request names its case, by which the server chooses the answer. */
type Asked = Pick<FaultyServer, "url" | "host" | "network"> & { name: string };

export interface Method {
  ask: (server: Asked) => Promise<unknown>;
  /** A correct answer, which must be accepted, so that the test cannot pass for another reason. */
  right: unknown;
  /** Objects that are not correct answers. */
  wrong: unknown[];
  /** Whether `{}` is a correct answer, because the service omits an empty list. */
  emptyIsRight?: true;
  /** Whether no content is a correct answer, because the service returns nothing. */
  nothingIsRight?: true;
  nullIsRight?: true;
}

const build = {
  ...{ id: 1, buildNumber: "1", status: "completed", queueTime: "2026-11-21T10:00:00Z" },
  ...{ definition: { id: 12, name: "weather" }, project: { id: "p", name: "p" } },
};
const workspace = (server: Asked) => new DatabricksClient(server.url, client(server));
const client = (server: Asked, service: "databricks" | "devops" = "databricks") =>
  new HttpClient({
    baseUrl: server.url,
    hosts: new HostPolicy(service, server.host),
    network: server.network,
    headers: { "x-case": server.name },
  });
const devops = (server: Asked): AzureDevOps => ({
  collectionUrl: `${server.url}/`,
  token: "",
  at: () => client(server, "devops"),
});
const collect = async (items: AsyncIterable<unknown>) => {
  for await (const _ of items);
};

const clusterId = "0923-164208-meows279";
const run = { run_id: 1, state: { life_cycle_state: "RUNNING" } };
const object = { path: "/a", object_type: "NOTEBOOK", object_id: 1 };
const done = { right: {}, wrong: [], emptyIsRight: true, nothingIsRight: true } satisfies Partial<Method>;

/** A row for each method: a new method of an API gets one too. */
export const methods: Record<string, Method> = {
  ...Object.fromEntries(
    ["dbfs:/landing", "/Volumes/main/default/landing", "/Workspace/landing"].flatMap((folder) => {
      const upload = (server: Asked) =>
        workspace(server)
          .fileStore(folder)
          .upload(`${folder}/a.json`, Buffer.from("{}"), () => undefined);
      const store = (server: Asked) => workspace(server).fileStore(folder);
      return [
        [`${folder} upload`, { ask: upload, ...done }],
        [`${folder} makeFolder`, { ask: (server: Asked) => store(server).makeFolder(folder), ...done }],
        [
          `${folder} delete`,
          { ask: (server: Asked) => store(server).delete(`${folder}/a`, "file"), ...done },
        ],
      ] satisfies [string, Method][];
    }),
  ),
  "dbfs:/landing list": {
    ask: (server) => workspace(server).fileStore("dbfs:/landing").list("dbfs:/landing"),
    right: { files: [{ path: "/landing/a" }] },
    wrong: [{ files: {} }, { files: [{}] }],
    emptyIsRight: true,
  },
  "/Volumes/main/default/landing list": {
    ask: (server) =>
      workspace(server).fileStore("/Volumes/main/default/landing").list("/Volumes/main/default/landing"),
    right: { contents: [{ path: "/Volumes/main/default/landing/a" }] },
    wrong: [{ contents: {} }, { contents: [{}] }, { contents: [], next_page_token: 1 }],
    emptyIsRight: true,
  },
  "jobs.list": {
    ask: (server) => collect(workspace(server).jobs.list({ name: "tests" })),
    right: { jobs: [{ job_id: 1, settings: { name: "tests" } }] },
    wrong: [{ jobs: {} }, { jobs: [{}] }, { jobs: [{ job_id: "1" }] }],
    emptyIsRight: true,
  },
  "jobs.create": {
    ask: (server) =>
      workspace(server).jobs.create({
        ...{ name: "test", tags: {}, max_concurrent_runs: 1, timeout_seconds: 60, tasks: [] },
      }),
    right: { job_id: 1 },
    wrong: [{ job_id: "1" }, { job_id: null }],
  },
  "jobs.delete": { ask: (server) => workspace(server).jobs.delete({ job_id: 1 }), ...done },
  "jobs.get": {
    ask: (server) => workspace(server).jobs.get({ job_id: 1 }),
    right: { job_id: 1, settings: { parameters: [{ name: "mood", default: "good" }] } },
    wrong: [{ settings: {} }, { job_id: 1, settings: { parameters: {} } }],
  },
  "jobs.runNow": {
    ask: (server) => workspace(server).jobs.runNow({ job_id: 1, idempotency_token: "a" }),
    right: { run_id: 1, number_in_job: 1 },
    wrong: [{ run_id: null }, { run_id: "1" }],
  },
  "clusters.create": {
    ask: (server) => workspace(server).clusters.create({ cluster_name: "a" }),
    right: { cluster_id: clusterId },
    wrong: [{ cluster_id: 1 }, { cluster_id: null }],
  },
  "clusters.get": {
    ask: (server) => workspace(server).clusters.get({ cluster_id: clusterId }),
    right: { cluster_id: clusterId, state: "RUNNING" },
    wrong: [
      { cluster_id: clusterId },
      { cluster_id: clusterId, state: 1 },
      { cluster_id: clusterId, state: "ERROR", termination_reason: {} },
    ],
  },
  "clusters.list": {
    ask: (server) => collect(workspace(server).clusters.list()),
    right: { clusters: [{ cluster_id: clusterId, state: "RUNNING", custom_tags: {} }] },
    wrong: [
      { clusters: {} },
      { clusters: [null] },
      { clusters: [{ cluster_id: clusterId, state: "X", custom_tags: 1 }] },
    ],
    emptyIsRight: true,
  },
  "clusters.events": {
    ask: (server) => workspace(server).clusters.events({ cluster_id: clusterId, type: "RUNNING" }),
    right: { events: [{ timestamp: 1 }] },
    wrong: [{ events: 1 }, { events: [{ timestamp: "1" }] }],
    emptyIsRight: true,
  },
  "clusters.permanentDelete": {
    ask: (server) => workspace(server).clusters.permanentDelete({ cluster_id: clusterId }),
    ...done,
  },
  "tokens.create": {
    ask: (server) => workspace(server).tokens.create({ lifetime_seconds: 1, comment: "" }),
    right: { token_value: "x", token_info: { token_id: "1", expiry_time: 1 } },
    wrong: [{ token_value: "x" }, { token_value: 1, token_info: { token_id: "1", expiry_time: 1 } }],
  },
  "tokens.list": {
    ask: (server) => workspace(server).tokens.list(),
    right: { token_infos: [{ token_id: "1" }] },
    wrong: [{ token_infos: "none" }, { token_infos: [{}] }],
    emptyIsRight: true,
  },
  "tokens.delete": { ask: (server) => workspace(server).tokens.delete({ token_id: "1" }), ...done },
  "runs.submit": {
    ask: (server) => workspace(server).runs.submit({ run_name: "a", idempotency_token: "a", tasks: [] }),
    right: { run_id: 1 },
    wrong: [{ run_id: "1" }],
  },
  "runs.get": {
    ask: (server) => workspace(server).runs.get({ run_id: 1 }),
    right: run,
    wrong: [
      { run_id: 1, state: "RUNNING" },
      { ...run, tasks: {} },
      { ...run, tasks: [{}] },
    ],
  },
  "runs.getOutput": {
    ask: (server) => workspace(server).runs.getOutput({ run_id: 1 }),
    right: { metadata: { run_id: 1 }, notebook_output: { result: "1" } },
    wrong: [
      { notebook_output: { result: "1" } },
      { metadata: { run_id: "1" } },
      { metadata: { run_id: 1 }, notebook_output: { result: 1 } },
      { metadata: { run_id: 1 }, notebook_output: { result: {} } },
      { metadata: { run_id: 1 }, notebook_output: [] },
      { metadata: { run_id: 1 }, error_trace: 1 },
    ],
  },
  "runs.export": {
    ask: (server) => workspace(server).runs.export({ run_id: 1 }, 1_000),
    right: { views: [{ type: "NOTEBOOK", content: "" }] },
    wrong: [{ views: "" }, { views: [null] }, { views: [{ type: "NOTEBOOK", content: 1 }] }],
    emptyIsRight: true,
  },
  "runs.list": {
    ask: (server) => collect(workspace(server).runs.listActiveSubmitted()),
    right: { runs: [run] },
    wrong: [{ runs: 1 }, { runs: [{ run_id: "1" }] }, { runs: [], next_page_token: 1 }],
    emptyIsRight: true,
  },
  "runs.cancel": { ask: (server) => workspace(server).runs.cancel({ run_id: 1 }), ...done },
  "workspace.list": {
    ask: (server) => workspace(server).workspace.list({ path: "/a" }),
    right: { objects: [object] },
    wrong: [{ objects: {} }, { objects: [{ path: "/a" }] }],
    emptyIsRight: true,
  },
  "workspace.export": {
    ask: (server) => workspace(server).workspace.export({ path: "/a", format: "AUTO" }),
    right: { content: "" },
    wrong: [{ content: null }, { content: [] }],
  },
  "workspace.getStatus": {
    ask: (server) => workspace(server).workspace.getStatus({ path: "/a" }),
    right: object,
    wrong: [
      { ...object, path: 1 },
      { ...object, object_id: "1" },
    ],
  },
  "workspace.mkdirs": { ask: (server) => workspace(server).workspace.mkdirs({ path: "/a" }), ...done },
  "workspace.delete": {
    ask: (server) => workspace(server).workspace.delete({ path: "/a", recursive: true }),
    ...done,
  },
  "workspace.import": {
    ask: (server) =>
      workspace(server).workspace.import({ path: "/a", format: "AUTO", content: "", overwrite: true }),
    ...done,
  },
  "libraries.clusterStatus": {
    ask: (server) => workspace(server).libraries.clusterStatus({ cluster_id: clusterId }),
    right: { library_statuses: [{ library: {}, status: "INSTALLED" }] },
    wrong: [
      { library_statuses: {} },
      { library_statuses: [{ status: "FAILED" }] },
      { library_statuses: [{ library: {}, status: "FAILED", messages: [1] }] },
    ],
    emptyIsRight: true,
  },
  "libraries.install": {
    ask: (server) => workspace(server).libraries.install({ cluster_id: clusterId, libraries: [] }),
    ...done,
  },
  "instancePools.get": {
    ask: (server) => workspace(server).instancePools.get({ instance_pool_id: "1" }),
    right: { instance_pool_id: "1" },
    wrong: [
      { instance_pool_id: "1", max_capacity: "4" },
      { instance_pool_id: "1", stats: 1 },
    ],
  },
  "dbfs.read": {
    ask: (server) => workspace(server).files.read("dbfs:/a", 1_000),
    right: { bytes_read: 0, data: "" },
    wrong: [
      { bytes_read: "0", data: "" },
      { bytes_read: 1, data: 1 },
    ],
  },
  "the workspace's own token endpoint": {
    ask: (server) =>
      oauthAuthorization(hostOf(server), {
        url: server.url,
        clientId: server.name,
        clientSecret: "secret",
        hosts: new HostPolicy("databricks", server.host),
      })(),
    right: { access_token: "x", expires_in: 3600 },
    wrong: [{ access_token: 1, expires_in: 3600 }, { access_token: "x" }],
  },
  areaUrl: {
    ask: (server) => areaUrl(devops(server), "1", "the blob store"),
    right: { locationUrl: "https://blobs.example" },
    wrong: [{ locationUrl: 1 }],
    emptyIsRight: true,
    nullIsRight: true,
  },
  resourcePath: {
    ask: (server) =>
      resourcePath(devops(server), { url: server.url, area: "clienttools", locationId: "1", values: {} }),
    right: { value: [{ id: "1", area: "a", resourceName: "b", routeTemplate: "_apis/{area}/{resource}" }] },
    wrong: [{ value: {} }, { value: [null] }, { value: [{ id: "1" }] }],
  },
  listTaggedBuilds: {
    ask: (server) => listTaggedBuilds(devops(server), { project: "p", tag: "t" }),
    right: { value: [build] },
    wrong: [
      { value: {} },
      { value: [{ ...build, id: "1" }] },
      { value: [{ ...build, definition: undefined }] },
      { value: [{ ...build, queueTime: "yesterday" }] },
      { value: [{ ...build, finishTime: "soon" }] },
      { value: [{ ...build, tags: "t" }] },
    ],
  },
  listAttachments: {
    ask: (server) => listAttachments(devops(server), { id: 1, project: "p" }, "t"),
    right: { value: [{ name: "a", _links: { self: { href: "https://dev.azure.com/a" } } }] },
    wrong: [{ value: {} }, { value: [{ name: "a" }] }, { value: [{ name: "a", _links: { self: {} } }] }],
  },
  stageApprovals: {
    ask: (server) =>
      stageApprovals(devops(server), { buildId: "1", project: "p", name: "production", attempt: 1 }),
    right: { records: [{ id: "1", type: "Stage", identifier: "production", attempt: 1 }] },
    wrong: [{ records: {} }, { records: [null] }, { records: [{ id: 1 }] }],
  },
  toolRelease: {
    ask: (server) => toolRelease(devops(server), "artifacttool"),
    right: { version: "1.0.0", uri: "https://storage.example/tool.zip" },
    wrong: [{ version: 1, uri: "https://storage.example/tool.zip" }, { version: "1.0.0" }],
  },
};

/** The parts of a task's host that the token endpoint needs. */
function hostOf(server: Asked): TaskHost {
  const log = { line() {}, detail() {}, warning() {}, outside() {} };
  return { secrets: { add() {}, known: () => [] }, network: server.network, log } as unknown as TaskHost;
}
