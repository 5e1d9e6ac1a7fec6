import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";

export const root = path.join(import.meta.dirname, "..", "..");

/** Runs a pipeline of an example by the command, as a person would. @param pipeline its path below `examples/` */
export async function runExample(pipeline: string): Promise<{ record: PipelineRecord; output: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "example-"));
  try {
    const recordFile = path.join(folder, "record.json");
    const output = await runCommand(["run", path.join(root, "examples", pipeline), "--record", recordFile]);
    const record = JSON.parse(await readFile(recordFile, "utf8").catch(() => assert.fail(output)));
    return { record, output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The output of the command, on both streams. */
function runCommand(args: readonly string[]): Promise<string> {
  const command = path.join(root, "bin", "notebook-ops.mjs");
  const child = spawn(process.execPath, [command, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}
