import { spawn, spawnSync } from "node:child_process";

/** What a step could not do, as one sentence for the user. */
export class SetupError extends Error {}

/**
 * Runs a command to its end, handing each line that it prints to `onLine`; a failure carries the last lines.
 * `failure` is the sentence's beginning: what was tried, on what.
 */
export function run(command, args, { cwd, env, onLine, failure }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
    const tail = [];
    const read = (chunk) => {
      for (const line of String(chunk)
        .split(/[\r\n]+/)
        .filter((text) => text.trim())) {
        tail.push(line.trim());
        if (tail.length > 15) tail.shift();
        onLine?.(line.trim());
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", (error) => reject(new SetupError(`${failure} failed: ${error.message}.`)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(tail);
      else
        reject(
          new SetupError(
            `${failure} failed (${signal ?? `exit code ${code}`}); it said:\n    ${tail.join("\n    ")}`,
          ),
        );
    });
  });
}

/** The output of a quick command, or undefined where it cannot run or fails. */
export function ask(command, args, env) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: env ?? process.env,
    timeout: 30_000,
  });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}
