import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { assertNoSecrets } from "../harness/secrets.ts";

const root = path.resolve(import.meta.dirname, "../..");
const command = ["--import", import.meta.resolve("tsx"), path.join(root, "local", "cli", "main.ts")];

export interface CommandResult {
  exitCode: number | null;
  out: string;
  err: string;
}

/** Runs the notebook-ops command as a person would; `onOut` sees what it has printed so far. It fails where that holds a secret. */
export function notebookOps(
  args: readonly string[],
  options: {
    onOut?: (out: string, child: ChildProcess) => void;
    environment?: Record<string, string>;
    folder?: string;
  } = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [...command, ...args], {
    cwd: options.folder ?? root,
    env: { ...process.env, NO_COLOR: "1", ...options.environment },
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
  return new Promise((resolve, reject) => {
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
