import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";

export const root = path.join(import.meta.dirname, "..", "..");

interface ExampleOptions {
  /** Texts to replace, by the path of a file of the example: the pipeline then runs in a repository of its own with the edited example. */
  edits?: Record<string, [text: string, replacement: string]>;
  /** Cancels the run, as Ctrl-C does, when a line of its output matches. */
  cancelAt?: RegExp;
}

/** Runs a pipeline of an example by the command, as a person would. @param pipeline its path below `examples/` */
export async function runExample(
  pipeline: string,
  { edits, cancelAt }: ExampleOptions = {},
): Promise<{ record: PipelineRecord; output: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "example-"));
  try {
    const recordFile = path.join(folder, "record.json");
    const repository = edits === undefined ? root : path.join(folder, "repository");
    if (edits !== undefined) await copyExample(path.dirname(pipeline), repository, edits);
    const output = await runCommand(
      ["run", path.join(repository, "examples", pipeline), "--record", recordFile],
      { cwd: repository, cancelAt },
    );
    const record = JSON.parse(await readFile(recordFile, "utf8").catch(() => assert.fail(output)));
    return { record, output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The output of the command, on both streams. */
function runCommand(
  args: readonly string[],
  { cwd, cancelAt }: { cwd: string; cancelAt: RegExp | undefined },
): Promise<string> {
  const command = path.join(root, "bin", "notebook-ops.mjs");
  const child = spawn(process.execPath, [command, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let isCanceled = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
      if (isCanceled || !cancelAt?.test(output)) return;
      isCanceled = true;
      child.kill("SIGINT");
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}

async function copyExample(
  example: string,
  repository: string,
  edits: NonNullable<ExampleOptions["edits"]>,
): Promise<void> {
  const target = path.join(repository, "examples", example);
  await cp(path.join(root, "examples", example), target, { recursive: true });
  for (const [file, [text, replacement]] of Object.entries(edits)) {
    const content = await readFile(path.join(target, file), "utf8");
    assert.ok(content.includes(text), `${file} of the example has no ${text}`);
    await writeFile(path.join(target, file), content.replace(text, replacement));
  }
  execFileSync("git", ["init", "--quiet"], { cwd: repository });
}
