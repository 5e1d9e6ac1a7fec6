// The guardian of a process that runs steps and notebooks: it waits in a session of its own for that process to end, and then ends
// what the process left running and removes what it left on disk. `kill -9` runs no handler, so only another process can do this.
//
// argv[2] is the mark: a value that every process of a step or a notebook has in its environment. Standard input is a pipe from the
// guarded process, one JSON object a line: {"guard": true | false, "kind": "group" | "process" | "folder", "value": pid or path}.
// The end of standard input is the end of the guarded process. If nothing is guarded then, the process has cleaned up by itself.

import { readdir, readFile, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";

const GIVE_UP_AFTER_MS = 10_000;
const PAUSE_MS = 20;

const [, , mark] = process.argv;
const guarded = new Map();

// Whoever stops a whole session or service stops the guarded process too, which ends this one when its work is done.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const { guard, kind, value } = JSON.parse(line);
  const key = `${kind} ${value}`;
  if (guard) guarded.set(key, { kind, value });
  else guarded.delete(key);
}
if (guarded.size > 0) await cleanUp([...guarded.values()]);

async function cleanUp(left) {
  for (const { kind, value } of left) {
    // A fresh child may not lead its group yet, so that both are sent the signal.
    if (kind === "group") kill(-value);
    if (kind !== "folder") kill(value);
  }
  await endMarked();
  for (const { kind, value } of left)
    if (kind === "folder") await rm(value, { recursive: true, force: true, maxRetries: 10 }).catch(() => {});
}

/** Ends the processes that left their group, until none is found: one may start another while it is looked for. */
async function endMarked() {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const found = await findMarked();
    if (found.length === 0 || Date.now() > deadline) return;
    for (const pid of found) kill(pid);
    await wait(PAUSE_MS);
  }
}

/** Only Linux shows the environment of other processes (proc(5)); elsewhere the groups alone are known. */
async function findMarked() {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const marked = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return environment.split("\0").includes(mark);
    }),
  );
  return pids.filter((_pid, index) => marked[index]).map(Number);
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, or it runs as another user by now.
  }
}
