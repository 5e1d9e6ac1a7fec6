/**
 * 200 notebooks uploaded by DatabricksRunNotebook to a workspace that takes 50 ms for each answer, as the workspace saw it.
 * Run: npm run bench -- upload
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runTask } from "../test/harness/run-task.ts";
import { startWorkspace } from "../test/harness/workspace.ts";
import { median, report, seconds } from "./measure.ts";
import { makeNotebooks } from "./notebook-tree.ts";

const notebookCount = 200;
const addedLatencyMs = 50;
const rounds = 3;

const folder = await mkdtemp(path.join(tmpdir(), "upload-"));
try {
  await makeNotebooks(folder, notebookCount);
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) taken.push(await uploadMs(folder));
  report(`${notebookCount} notebooks at ${addedLatencyMs} ms`, seconds(median(taken)), "at most 2 s");
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function uploadMs(notebookFolder: string): Promise<number> {
  await using workspace = await startWorkspace({ latencyMs: addedLatencyMs });
  const { result, log } = await runTask({
    task: "DatabricksRunNotebook",
    workspace,
    inputs: {
      notebookFolder,
      notebooks: "area-0/notebook-0.py",
      serverless: "true",
      bearerToken: workspace.emulator.ready.databricksToken,
    },
  });
  if (result !== "succeeded") throw new Error(`DatabricksRunNotebook ${result}:\n${log}`);
  const uploads = workspace.emulator
    .requests()
    .filter(({ method, path: asked }) => method === "POST" && /\/workspace\/(mkdirs|import)$/.test(asked));
  const imports = uploads.filter(({ path: asked }) => asked.endsWith("/import"));
  if (imports.length < notebookCount) throw new Error(`Only ${imports.length} notebooks were uploaded.`);
  const ends = uploads.map(({ at }) => Date.parse(at));
  const starts = uploads.map(({ at, durationMs }) => Date.parse(at) - durationMs);
  return Math.max(...ends) - Math.min(...starts);
}
