/**
 * 500 notebooks deployed by NotebookDeployArtifact to a workspace that takes 50 ms for each answer: to an empty folder, then over the
 * previous version, of which every notebook changed. Beside the time, how many requests were under way on average.
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
    const { tookMs, underWay } = await deploy(workspace, await artifact(version));
    const where = version === "1.0.0" ? "to an empty folder" : "over another version";
    report(`${notebookCount} notebooks ${where}`, seconds(tookMs));
    report("  requests under way, on average", underWay.toFixed(1), "up to 24 at once");
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
  const asked = workspace.emulator.requests().slice(before);
  const ends = asked.map(({ at }) => Date.parse(at));
  const starts = asked.map(({ at, durationMs }) => Date.parse(at) - durationMs);
  const tookMs = Math.max(...ends) - Math.min(...starts);
  return { tookMs, underWay: asked.reduce((sum, { durationMs }) => sum + durationMs, 0) / tookMs };
}
