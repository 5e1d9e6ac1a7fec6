import { spawn, spawnSync } from "node:child_process";
import path from "node:path";

/** An expected failure of the set-up: its message is one sentence for the user. */
export class SetupError extends Error {}

/**
 * Runs a command to its end, handing each line that it prints to `onLine`; a failure carries the last lines.
 * `failure` begins its sentence: `Could not <do what>`.
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
    child.on("error", (error) =>
      reject(
        new SetupError(
          `${failure}: ${command} could not be started (${error.message}); check that it is installed.`,
        ),
      ),
    );
    child.on("close", (code, signal) => {
      if (code === 0) resolve(tail);
      else
        reject(
          new SetupError(
            `${failure}: ${path.basename(command)} ended with ${signal ?? `exit code ${code}`}; correct what it printed:\n    ${tail.join("\n    ")}`,
          ),
        );
    });
  });
}

/** The output of a quick command, or undefined if it cannot run or fails. */
export function ask(command, args, env) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: env ?? process.env,
    timeout: 30_000,
  });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}
