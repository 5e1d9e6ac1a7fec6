import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";

/** What the guardian ends or removes when this process is gone. */
type Guarded = { kind: "group" | "process"; value: number } | { kind: "folder"; value: string };

// Both this file and the bundle dist/cli/notebook-ops.mjs are two folders below the repository's root.
const program = fileURLToPath(new URL("../../local/guardian/guardian.mjs", import.meta.url));

const name = "NOTEBOOK_OPS_GUARDIAN";
const value = randomUUID();

/** Belongs in the environment of every process that must not outlive this one: the guardian recognises processes that left their group by it. */
export const guardedEnvironment: Readonly<Record<string, string>> = { [name]: value };

const guarded = new Set<Guarded>();
let guardian: ChildProcess | undefined;

/** The process group is killed when this process ends, unless the returned function was called before. */
export function guardGroup(leader: number): () => void {
  return guard({ kind: "group", value: leader });
}

/** Like `guardGroup`, for a process in the group of this one. */
export function guardProcess(pid: number): () => void {
  return guard({ kind: "process", value: pid });
}

/** The folder is removed when this process ends, unless the returned function was called before. */
export function guardFolder(folder: string): () => void {
  return guard({ kind: "folder", value: folder });
}

function guard(entry: Guarded): () => void {
  if (process.platform === "win32") return () => {}; // it has no process groups, and notebooks do not run there
  guarded.add(entry);
  if (guardian === undefined) start();
  else send(true, entry);
  return () => {
    if (guarded.delete(entry)) send(false, entry);
  };
}

function start(): void {
  // Without the environment, because the guardian of an outer workspace would kill a process that has its mark.
  const child = spawn(process.execPath, [program, `${name}=${value}`], {
    cwd: "/",
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guardian = child;
  child.unref();
  (child.stdin as Socket).unref();
  child.stdin?.on("error", () => {});
  const gone = () => {
    if (guardian === child) guardian = undefined; // the next guard starts a new guardian with all entries
  };
  child.on("error", gone);
  child.on("exit", gone);
  for (const entry of guarded) send(true, entry);
}

function send(isGuarded: boolean, entry: Guarded): void {
  guardian?.stdin?.write(`${JSON.stringify({ guard: isGuarded, ...entry })}\n`);
}
