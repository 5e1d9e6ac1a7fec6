import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { assertNoSecrets } from "../harness/secrets.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** What npm links as `notebook-ops`. */
export const command = path.join(root, "bin", "notebook-ops.mjs");

/** The bundle of the sources as they are: `npm test` has built it, a single test file may not have. */
let built: Promise<void> | undefined;
export function whenBuilt(): Promise<void> {
  built ??= build();
  return built;
}
async function build(): Promise<void> {
  const scripts = await import(path.join(root, "scripts", "setup", "build.mjs"));
  if (!scripts.buildIsFresh(root)) await scripts.buildAll(root, () => {});
}

export interface CommandResult {
  exitCode: number | null;
  out: string;
  err: string;
}

/**
 * This process's environment without the machine's certificates: the command's process serves the local workspace and calls no other host,
 * and Node 20 reads the file at its start, which took 80 of the 190 ms of CPU of `notebook-ops --help`.
 */
function environment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...others } = process.env;
  return others;
}

/** Runs the built notebook-ops command as a person would; `onOut` sees what it has printed so far. It fails if that contains a secret. */
export async function notebookOps(
  args: readonly string[],
  options: {
    onOut?: (out: string, child: ChildProcess) => void;
    environment?: Record<string, string>;
    folder?: string;
  } = {},
): Promise<CommandResult> {
  await whenBuilt();
  const child = spawn(process.execPath, [command, ...args], {
    cwd: options.folder ?? root,
    env: { ...environment(), NO_COLOR: "1", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result: CommandResult = { exitCode: null, out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    result.out += text;
    options.onOut?.(result.out, child);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    result.err += text;
  });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      try {
        // The ready record of `--json` is made of credentials, for whoever asked for it.
        if (!args.includes("--json")) assertNoSecrets("what notebook-ops printed", result.out + result.err);
        resolve({ ...result, exitCode });
      } catch (error) {
        reject(error);
      }
    });
  });
}

export const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
