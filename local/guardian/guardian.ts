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

/** Belongs in the environment of every process that must not outlive this one: by it the guardian knows those that left their group. */
export const guardedEnvironment: Readonly<Record<string, string>> = { [name]: value };

const guarded = new Set<Guarded>();
let guardian: ChildProcess | undefined;

/** The process group is killed if this process ends without taking the guard off. The result takes it off. */
export function guardGroup(leader: number): () => void {
  return guard({ kind: "group", value: leader });
}

/** As `guardGroup`, for a process that shares the group of this one. */
export function guardProcess(pid: number): () => void {
  return guard({ kind: "process", value: pid });
}

/** The folder is removed if this process ends without taking the guard off. The result takes it off. */
export function guardFolder(folder: string): () => void {
  return guard({ kind: "folder", value: folder });
}

function guard(entry: Guarded): () => void {
  if (process.platform === "win32") return () => {}; // it has no process groups, and notebooks do not run there
  guarded.add(entry);
  if (guardian === undefined) start();
  else tell(true, entry);
  return () => {
    if (guarded.delete(entry)) tell(false, entry);
  };
}

function start(): void {
  // Without the environment: a guardian with the mark of an outer workspace would be killed by that one's, before its own work.
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
    if (guardian === child) guardian = undefined; // the next guard starts another one, with all that is guarded
  };
  child.on("error", gone);
  child.on("exit", gone);
  for (const entry of guarded) tell(true, entry);
}

function tell(isGuarded: boolean, entry: Guarded): void {
  guardian?.stdin?.write(`${JSON.stringify({ guard: isGuarded, ...entry })}\n`);
}
