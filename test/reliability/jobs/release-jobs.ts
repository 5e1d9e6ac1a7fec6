import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import type { TestWorkspace } from "../../harness/workspace.ts";
import { organisation, universalPackages } from "../../tasks/azure-devops-api.ts";
import {
  clearFolder,
  expectedObjects,
  observeObjects,
  putVersion,
  sources,
  target,
} from "./deployed-folder.ts";
import { type Job, type PreparedJob, type Products, postJobOf, type Stage } from "./job.ts";

export const feed = "notebooks";
const version = "2.0.0";
const isDeployed: Stage["isTrue"] = ({ products }) => isWhole(products, version);
let packages = 0;

/** Publishes a version to a feed and deploys it from there to a folder that is not there yet. */
export const releaseJob: Job = {
  name: "release",
  stages: [
    { name: "NotebookPublishArtifact", task: "NotebookPublishArtifact", isTrue: isPublished },
    {
      // What a person does after a failure, and a pipeline that runs again after a success.
      name: "NotebookPublishArtifact again",
      task: "NotebookPublishArtifact",
      always: true,
      isTrue: isPublished,
    },
    { name: "NotebookDeployArtifact", task: "NotebookDeployArtifact", isTrue: isDeployed },
    { ...postJobOf("NotebookDeployArtifact"), isTrue: isOneOf(undefined, version) },
  ],
  async prepare(workspace, folder) {
    const source = await writeSources(folder, version);
    const packageName = `weather-${++packages}`;
    const inputs = { feed, packageName, packageVersion: version };
    const deployment = preparedDeployment(workspace, undefined, inputs);
    return {
      ...deployment,
      variables: { ...organisation(workspace), "Agent.ToolsDirectory": path.join(folder, "tools") },
      inputs: (stage) =>
        stage.task === "NotebookPublishArtifact"
          ? { ...inputs, notebookFolder: source, widget: "" }
          : deployment.inputs(stage),
      observe: async () => ({ ...(await deployment.observe()), feed: await inFeed(workspace, packageName) }),
      mayStay: (kind, entry) => kind === "packages" || deployment.mayStay(kind, entry),
      problems: ({ feed: published = "", ...objects }) => [
        ...deployment.problems(objects),
        ...(published === version ? [] : [`the feed has ${published || "nothing"} instead of ${version}`]),
      ],
    };
  },
};

/** Deploys a version over the one before. */
export const updateJob: Job = {
  name: "update",
  stages: [
    { name: "NotebookDeployArtifact", task: "NotebookDeployArtifact", isTrue: isDeployed },
    { ...postJobOf("NotebookDeployArtifact"), isTrue: isOneOf("1.0.0", version) },
  ],
  prepare: prepareUpdate,
};

/** The same, killed in the middle of the switch, so that the post-job step has to put the version before back. */
export const rollbackJob: Job = {
  name: "rollback",
  stages: [
    {
      name: "NotebookDeployArtifact",
      task: "NotebookDeployArtifact",
      // The lock, four objects beside the target, the record; then the first object of the new version.
      interruption: {
        request: { service: "databricks", method: "POST", path: "/api/2.0/workspace/import", nth: 7 },
        fault: { when: "after", then: { signal: { pid: 0, name: "SIGKILL" } } },
      },
      isTrue: () => false,
    },
    { ...postJobOf("NotebookDeployArtifact"), isTrue: isOneOf("1.0.0") },
  ],
  async prepare(workspace, folder) {
    const prepared = await prepareUpdate(workspace, folder);
    return { ...prepared, problems: (products) => wholenessProblems(products, ["1.0.0"]) };
  },
};

async function prepareUpdate(workspace: TestWorkspace, folder: string): Promise<PreparedJob> {
  const [old = "", next = ""] = await Promise.all(
    (["1.0.0", version] as const).map(async (each) => {
      const out = path.join(folder, `artifact-${each}`);
      await packArtifact({
        folder: await writeSources(folder, each),
        out,
        name: "weather",
        version: each,
        source: {},
      });
      return out;
    }),
  );
  await putVersion(workspace, "1.0.0", await readFile(path.join(old, "notebook-artifact.json"), "utf8"));
  return preparedDeployment(workspace, "1.0.0", { artifactFolder: next });
}

function preparedDeployment(
  workspace: TestWorkspace,
  before: "1.0.0" | undefined,
  artifact: Record<string, string>,
): PreparedJob {
  return {
    secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
    inputs: () => ({ ...artifact, environment: "production", workspaceFolder: target }),
    observe: () => observeObjects(workspace),
    mayStay: (kind) => kind === "workspaceObjects",
    problems: (products) => wholenessProblems(products, [before, version]),
    clear: () => clearFolder(workspace),
  };
}

async function writeSources(folder: string, of: keyof typeof sources): Promise<string> {
  const source = path.join(folder, `source-${of}`);
  for (const [file, text] of Object.entries(sources[of])) {
    await mkdir(path.dirname(path.join(source, file)), { recursive: true });
    await writeFile(path.join(source, file), text);
  }
  return source;
}

/** The versions of a package. */
async function inFeed(workspace: TestWorkspace, packageName: string): Promise<string> {
  const all = await universalPackages(workspace, feed);
  return all
    .filter((each) => each.startsWith(`${packageName} `))
    .map((each) => each.slice(packageName.length + 1))
    .join(", ");
}

function isPublished({ products, result }: Parameters<Stage["isTrue"]>[0]): boolean {
  return products.feed === version && /^sha256:/.test(result.variables["step.ArtifactDigest"] ?? "");
}

function isWhole({ feed: _published, ...objects }: Products, of: keyof typeof sources | undefined): boolean {
  return isDeepStrictEqual(objects, expectedObjects(of));
}

function isOneOf(...versions: (keyof typeof sources | undefined)[]): Stage["isTrue"] {
  return ({ products }) => versions.some((each) => isWhole(products, each));
}

function wholenessProblems(
  products: Products,
  versions: readonly (keyof typeof sources | undefined)[],
): string[] {
  if (versions.some((each) => isWhole(products, each))) return [];
  const allowed = versions.map((each) => each ?? "nothing").join(" nor ");
  return [`the folder has neither ${allowed}, whole and with nothing beside it: ${JSON.stringify(products)}`];
}
