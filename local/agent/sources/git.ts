import { execFile } from "node:child_process";
import { devNull } from "node:os";
import { inheritedEnvironment } from "../task/task-environment.ts";

interface GitOptions {
  input?: string;
  environment?: Record<string, string>;
}

/** Runs git with the user's configuration, but no hook, and nothing that git does beside a command in a repository. */
export function userGit(
  folder: string,
  parameters: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const settings = [
    `core.hooksPath=${devNull}`,
    "core.fsmonitor=false",
    "core.splitIndex=false",
    "gc.auto=0",
  ];
  const own = Object.entries(process.env).filter(([name]) => /^GIT_CONFIG_/.test(name)) as [string, string][];
  const environment = { ...Object.fromEntries(own), ...options.environment };
  return run(folder, [...settings.flatMap((each) => ["-c", each]), ...parameters], {
    ...options,
    environment,
  });
}

/** Runs git as an agent has it: without the user's configuration. Git LFS files stay pointers. */
export function plainGit(
  folder: string,
  parameters: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const settings = [`core.hooksPath=${devNull}`, "advice.detachedHead=false"];
  const environment = { ...options.environment, GIT_CONFIG_GLOBAL: devNull, GIT_LFS_SKIP_SMUDGE: "1" };
  const all = [...settings.flatMap((each) => ["-c", each]), ...parameters];
  return run(folder, all, { ...options, environment });
}

/** @returns the standard output. @throws Error with what git wrote to standard error */
function run(
  folder: string,
  parameters: readonly string[],
  { input, environment }: GitOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const quiet = { GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
    const child = execFile(
      "git",
      parameters,
      {
        cwd: folder,
        maxBuffer: 1024 * 1024 * 1024,
        env: { ...inheritedEnvironment(), ...quiet, ...environment },
      },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("hint:"));
        const message = lines.map((line) => line.replace(/^(fatal|error): /, "")).join("; ");
        reject(new Error(message || error.message, { cause: error }));
      },
    );
    child.stdin?.on("error", () => {}); // git ended before it read everything, which its exit code says
    child.stdin?.end(input ?? "");
  });
}
