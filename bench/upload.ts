/**
 * Measures how long DatabricksRunNotebook takes to upload 200 notebooks to a workspace that delays each response by 50 ms.
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
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) tookMs.push(await uploadMs(folder));
  report(`${notebookCount} notebooks at ${addedLatencyMs} ms`, seconds(median(tookMs)), "at most 2 s");
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
    .filter(
      ({ method, path: requestPath }) =>
        method === "POST" && /\/workspace\/(mkdirs|import)$/.test(requestPath),
    );
  const imports = uploads.filter(({ path: requestPath }) => requestPath.endsWith("/import"));
  if (imports.length < notebookCount)
    throw new Error(`Could not measure the upload: only ${imports.length} notebooks were uploaded.`);
  const ends = uploads.map(({ at }) => Date.parse(at));
  const starts = uploads.map(({ at, durationMs }) => Date.parse(at) - durationMs);
  return Math.max(...ends) - Math.min(...starts);
}
