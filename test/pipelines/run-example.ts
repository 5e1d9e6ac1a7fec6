import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";

export const root = path.join(import.meta.dirname, "..", "..");

/** Runs a pipeline of an example by the command, as a person would. @param pipeline its path below `examples/` */
export async function runExample(pipeline: string): Promise<{ record: PipelineRecord; output: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "example-"));
  try {
    const recordFile = path.join(folder, "record.json");
    const command = path.join(root, "bin", "notebook-ops.mjs");
    const file = path.join(root, "examples", pipeline);
    const { stdout: output } = await promisify(execFile)(
      process.execPath,
      [command, "run", file, "--record", recordFile],
      { cwd: root, maxBuffer: 64 * 1024 * 1024 },
    ).catch((error: { stdout: string }) => error);
    const record = JSON.parse(await readFile(recordFile, "utf8").catch(() => assert.fail(output)));
    return { record, output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
