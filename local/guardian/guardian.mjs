// The guardian of a process that runs steps and notebooks. It waits in a session of its own until that process ends, then kills what the
// process left running and removes what it left on disk. After `kill -9` only another process can do this, since no handler runs.
//
// argv[2] is the mark: a value that every process of a step or a notebook has in its environment. Standard input is a pipe from the
// guarded process, one JSON object a line: {"guard": true | false, "kind": "group" | "process" | "folder", "value": pid or path}.
// The end of standard input is the end of the guarded process. If nothing is guarded then, the process has cleaned up by itself.

import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

const giveUpAfterMs = 10_000;
const pauseMs = 20;

const [, , mark] = process.argv;
const guarded = new Map();

// A signal to the whole session or service also stops the guarded process; the guardian ends when that has ended.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const entry = parse(line);
  if (entry?.guard) guarded.set(`${entry.kind} ${entry.value}`, entry);
  else if (entry) guarded.delete(`${entry.kind} ${entry.value}`);
}
if (guarded.size > 0) await cleanUp([...guarded.values()]);

/** Undefined for a line that is incomplete because the guarded process ended. */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function cleanUp(left) {
  const groups = new Set(left.filter(({ kind }) => kind === "group").map(({ value }) => value));
  const roots = new Set(left.filter(({ kind }) => kind !== "folder").map(({ value }) => value));
  await endProcesses(groups, roots);
  for (const { kind, value } of left)
    if (kind === "folder") await rm(value, { recursive: true, force: true, maxRetries: 10 }).catch(() => {});
}

/** Kills processes until none is left: one may start another in the meantime. */
async function endProcesses(groups, roots) {
  const deadline = Date.now() + giveUpAfterMs;
  for (;;) {
    const found = family(await listProcesses(), groups, roots);
    for (const group of groups) kill(-group);
    for (const pid of [...found, ...roots]) kill(pid);
    if (found.length === 0 || Date.now() > deadline) return;
    for (const pid of found) roots.add(pid); // so that what they have started in the meantime is found, too
    await wait(pauseMs);
  }
}

/** The processes of the groups, those with the mark, and all their descendants, in any session. */
function family(processes, groups, roots) {
  const members = new Set(roots);
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent, group, isMarked } of processes)
      if (isMarked || groups.has(group) || members.has(parent)) members.add(pid);
  }
  return processes.map(({ pid }) => pid).filter((pid) => members.has(pid));
}

/** All processes except this one and zombies. */
async function listProcesses() {
  const all = process.platform === "linux" ? await ofProc() : await ofPs();
  return all.filter(({ pid, state }) => pid !== process.pid && !state.startsWith("Z"));
}

/** Only Linux shows the environment of other processes, and a container need not have ps (proc(5)). */
async function ofProc() {
  const names = await readdir("/proc").catch(() => []);
  const read = names
    .filter((name) => /^\d+$/.test(name))
    .map(async (name) => {
      const [status, environment] = await Promise.all(
        ["stat", "environ"].map((file) => readFile(`/proc/${name}/${file}`, "latin1").catch(() => "")),
      );
      // The second field is the program's name, in parentheses; it can contain any character.
      const [state = "Z", parent, group] = status.slice(status.lastIndexOf(")") + 2).split(" ");
      const isMarked = environment.split("\0").includes(mark);
      return {
        pid: Number(name),
        parent: Number(parent),
        group: Number(group),
        state: state || "Z",
        isMarked,
      };
    });
  return Promise.all(read);
}

async function ofPs() {
  const columns = ["pid=", "ppid=", "pgid=", "stat="].flatMap((column) => ["-o", column]);
  const options = { env: { PATH: "/bin:/usr/bin" }, maxBuffer: 16 * 1024 ** 2 };
  const { stdout } = await promisify(execFile)("ps", ["-A", ...columns], options).catch(() => ({
    stdout: "",
  }));
  return stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [pid, parent, group, state] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), group: Number(group), state, isMarked: false };
    });
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, or it runs as another user by now.
  }
}
