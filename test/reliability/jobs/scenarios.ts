import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import { startBuild } from "../../harness/workspace.ts";
import { clearFolder, putDeployment, target } from "../deployed-folder.ts";
import { type Job, postJobOf } from "../job.ts";

const files = {
  "tests/frost.py": '# Databricks notebook source\ndbutils.notebook.exit("no frost")\n',
  "tests/rain.py": '# Databricks notebook source\ndbutils.notebook.exit("dry")\n',
};
const version = "1.0.0";

/** Tests a deployed version, whose pipeline run gets a tag: nothing is left but the deployment. */
export const job: Job = {
  name: "scenarios",
  effects: ["POST /api/2.2/jobs/runs/submit"],
  slice: [
    "NotebookRunTestScenarios, POST /api/2.2/jobs/runs/submit #1: 503 after the effect",
    "NotebookRunTestScenarios, POST /api/2.2/jobs/runs/submit #2: SIGTERM after the effect",
    "NotebookRunTestScenarios, POST /api/2.2/jobs/runs/submit #2: {} in place of the answer",
  ],
  stages: [
    {
      name: "NotebookRunTestScenarios",
      task: "NotebookRunTestScenarios",
      isTrue: ({ ledger, result }) =>
        ledger.runs.length === 0 &&
        result.variables.ScenariosTotal === "2" &&
        result.variables.ScenariosFailed === "0",
    },
    { ...postJobOf("NotebookRunTestScenarios"), isTrue: ({ ledger }) => ledger.runs.length === 0 },
  ],
  async prepare(workspace, folder) {
    const source = path.join(folder, "source");
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(source, file)), { recursive: true });
      await writeFile(path.join(source, file), text);
    }
    const out = path.join(folder, "artifact");
    await packArtifact({ folder: source, out, name: "weather", version, source: {} });
    const manifest = await readFile(path.join(out, "notebook-artifact.json"), "utf8");
    await putDeployment(workspace, { files, version, manifest });
    const build = startBuild(workspace);
    return {
      variables: {
        ...build,
        "System.CollectionUri": `${workspace.emulator.azureDevOps.collectionUrl}/`,
      },
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      inputs: () => ({ environment: "production", workspaceFolder: target, serverless: "true" }),
      observe: async () => ({
        tags: [...workspace.emulator.azureDevOps.builds.get("345").tags].sort().join(" "),
      }),
      mayStay: (kind) => kind === "workspaceObjects",
      problems: ({ tags = "" }) =>
        tags.includes("test-passed") && !tags.includes("test-status_")
          ? [`the build has the tag of a pass without that of its test status: ${tags}`]
          : [],
      clear: () => clearFolder(workspace),
    };
  },
};
