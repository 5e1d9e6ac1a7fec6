/**
 * Measures how long NotebookDeployArtifact takes to deploy 500 notebooks to a workspace that delays each response by 50 ms: first to an
 * empty folder, then over a version whose notebooks all differ. Also measures how many requests were open at once on average.
 * Run: npm run bench -- deploy
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { packArtifact } from "../shared/notebook/artifact/pack.ts";
import { runTask } from "../test/harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../test/harness/workspace.ts";
import { report, seconds } from "./measure.ts";
import { makeNotebooks } from "./notebook-tree.ts";

const notebookCount = 500;
const addedLatencyMs = 50;

const folder = await mkdtemp(path.join(tmpdir(), "deploy-"));
try {
  await using workspace = await startWorkspace({ latencyMs: addedLatencyMs });
  for (const version of ["1.0.0", "2.0.0"]) {
    const { tookMs, averageOpen } = await deploy(workspace, await artifact(version));
    const target = version === "1.0.0" ? "to an empty folder" : "over another version";
    report(`${notebookCount} notebooks ${target}`, seconds(tookMs));
    report("  requests open at once, on average", averageOpen.toFixed(1), "up to 24 at once");
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function artifact(version: string): Promise<string> {
  const source = path.join(folder, version);
  await makeNotebooks(source, notebookCount, `print("${version}")\n`);
  const out = `${source}-packed`;
  await packArtifact({ folder: source, out, name: "bench", version, source: {} });
  return out;
}

async function deploy(workspace: TestWorkspace, artifactFolder: string) {
  const before = workspace.emulator.requests().length;
  const { result, log } = await runTask({
    task: "NotebookDeployArtifact",
    workspace,
    tempFolder: folder,
    secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
    inputs: { artifactFolder, environment: "production", workspaceFolder: "/Shared/production/bench" },
  });
  if (result !== "succeeded") throw new Error(`NotebookDeployArtifact ${result}:\n${log}`);
  const requests = workspace.emulator.requests().slice(before);
  const ends = requests.map(({ at }) => Date.parse(at));
  const starts = requests.map(({ at, durationMs }) => Date.parse(at) - durationMs);
  const tookMs = Math.max(...ends) - Math.min(...starts);
  return { tookMs, averageOpen: requests.reduce((sum, { durationMs }) => sum + durationMs, 0) / tookMs };
}
