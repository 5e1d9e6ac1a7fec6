import assert from "node:assert/strict";
import { DatabricksClient } from "../../../../shared/databricks/connection.ts";
import { oauthAuthorization } from "../../../../shared/databricks/oauth.ts";
import { toolRelease } from "../../../../shared/devops/client-tools.ts";
import type { AzureDevOps } from "../../../../shared/devops/connection.ts";
import { areaUrl, resourcePath } from "../../../../shared/devops/locations.ts";
import { HttpClient } from "../../../../shared/http/client.ts";
import { RequestError } from "../../../../shared/http/errors.ts";
import { HostPolicy } from "../../../../shared/http/hosts.ts";
import type { TaskHost } from "../../../../shared/task/host.ts";
import { type Answer, type FaultyServer, faultyServer, json, text } from "../../http/faulty-server.ts";

/** The server of this test. A request names its case, by which the server chooses the answer. */
type Asked = Pick<FaultyServer, "url" | "host" | "network"> & { name: string };

interface Method {
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

const methods: Record<string, Method> = {
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
  toolRelease: {
    ask: (server) => toolRelease(devops(server), "artifacttool"),
    right: { version: "1.0.0", uri: "https://storage.example/tool.zip" },
    wrong: [{ version: 1, uri: "https://storage.example/tool.zip" }, { version: "1.0.0" }],
  },
};

const sentence = /^Could not .+: localhost:\d+ answered 20\d with(out)? .+; [^;]+\.$/;

describe("answers to each method of the Databricks API", function () {
  this.timeout(60_000);
  const answers = new Map<string, Answer[]>();
  /** The outcomes by method. All requests are sent at once, because each is sent twice, half a second apart. */
  const outcomes = new Map<string, { what: string; isOdd: boolean; outcome: unknown }[]>();
  let server: FaultyServer;

  const ask = async (method: string, { what, answer, isOdd }: Case) => {
    const name = String(answers.size);
    answers.set(name, [...questionsBefore(method), answer]);
    const outcome = await methods[method]!.ask({ ...server, name }).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { what, isOdd, outcome };
  };

  before(async () => {
    server = await faultyServer((response, request) => {
      const { authorization = "", "x-case": name } = request.headers;
      const [user] = Buffer.from(authorization.replace(/^Basic /, ""), "base64")
        .toString()
        .split(":");
      const due = answers.get(String(name ?? user))!;
      (due.length > 1 ? due.shift()! : due[0]!)(response, request);
    });
    await Promise.all(
      Object.entries(methods).map(async ([name, method]) => {
        outcomes.set(name, await Promise.all(casesOf(method).map((each) => ask(name, each))));
      }),
    );
  });
  after(() => server[Symbol.asyncDispose]());

  for (const name of Object.keys(methods)) {
    it(`an answer of another shape than documented fails ${name} with an error that is ambiguous about the request's effect`, () => {
      for (const { what, outcome } of outcomes.get(name)!.filter(({ isOdd }) => isOdd)) {
        assert(outcome instanceof RequestError, `${name} took ${what} for an answer, or said ${outcome}`);
        assert.match(outcome.message, sentence);
        assert.equal(outcome.kind, "badAnswer", `${what}: ${outcome.message}`);
        assert.equal(outcome.ambiguous, true);
      }
    });

    it(`an answer of the documented shape is accepted by ${name}`, () => {
      for (const { what, outcome } of outcomes.get(name)!.filter(({ isOdd }) => !isOdd))
        assert.equal(outcome, undefined, `${what}: ${outcome}`);
    });
  }
});

interface Case {
  what: string;
  answer: Answer;
  isOdd: boolean;
}

function casesOf(method: Method): Case[] {
  const { right, wrong, emptyIsRight = false, nothingIsRight = false, nullIsRight = false } = method;
  const body = (content: unknown, isOdd: boolean) => ({
    what: JSON.stringify(content),
    answer: json(200, content),
    isOdd,
  });
  return [
    { what: "204", answer: text(204, ""), isOdd: !nothingIsRight },
    { what: "200 with no content", answer: text(200, ""), isOdd: !nothingIsRight },
    body(null, !nullIsRight),
    body({}, !emptyIsRight),
    ...[[], "text", 0, true, ...wrong].map((content) => body(content, true)),
    body(right, false),
  ];
}

/** The answers to the two requests that toolRelease sends before its own. */
function questionsBefore(name: string): Answer[] {
  if (name !== "toolRelease") return [];
  const location = {
    id: "187ec90d-dd1e-4ec6-8c57-937d979261e5",
    area: "clienttools",
    resourceName: "release",
    routeTemplate: "_apis/{area}/{toolName}/{resource}",
  };
  return [json(200, null), json(200, { value: [location] })];
}

/** The parts of a task's host that the token endpoint needs. */
function hostOf(server: Asked): TaskHost {
  const log = { line() {}, detail() {}, warning() {}, outside() {} };
  return { secrets: { add() {}, known: () => [] }, network: server.network, log } as unknown as TaskHost;
}
