import path from "node:path";
import { organisation, universalPackages } from "../../harness/azure-devops-api.ts";
import type { TestWorkspace } from "../../harness/workspace.ts";
import {
  isDeployed,
  isOneOf,
  preparedDeployment,
  newVersion as version,
  writeSources,
} from "../deployment.ts";
import { type Job, postJobOf, type Stage } from "../job.ts";

const feed = "notebooks";
let packages = 0;

/** Publishes a version to a feed and deploys it from there to a folder that is not there yet. */
export const job: Job = {
  name: "release",
  workspace: { feeds: [feed] },
  effects: [
    "POST /api/2.0/workspace/import",
    "PUT /{organisation}/_packaging/{feed}/upack/packages/{package}/versions/{version}",
  ],
  slice: [
    "NotebookPublishArtifact, GET /artifacttool/{file} #1: answer cut off",
    "NotebookPublishArtifact, PUT /{organisation}/_packaging/{feed}/upack/packages/{package}/versions/{version} #1: 503 after the effect",
    "NotebookPublishArtifact, PUT /{organisation}/_packaging/{feed}/upack/packages/{package}/versions/{version} #1: SIGINT after the effect",
    "NotebookPublishArtifact again, PUT /{organisation}/_packaging/{feed}/upack/packages/{package}/versions/{version} #1: SIGKILL before the effect",
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #1: SIGTERM after the effect",
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #11: reset after the effect",
  ],
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
      mayStay: deployment.mayStay,
      problems: ({ feed: published = "", ...objects }) => [
        ...deployment.problems(objects),
        ...(published === version ? [] : [`the feed has ${published || "nothing"} instead of ${version}`]),
      ],
    };
  },
};

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
