import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import path from "node:path";
import { keptRuns, makeRunFolders, type RunFolders } from "../../local/agent/run/run-folders.ts";
import { startEmulator } from "../../local/emulator/index.ts";
import { removeAbandoned } from "../../local/guardian/owner.ts";

describe("the folder of a user's runs", () => {
  let temp: string;
  let runs: string;
  const before = process.env.TMPDIR;
  const made: RunFolders[] = [];
  beforeEach(() => {
    temp = mkdtempSync(path.join(tmpdir(), "runs-test-"));
    runs = path.join(temp, `notebook-ops-runs-${userInfo().uid}`);
    process.env.TMPDIR = temp;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    for (const folders of made.splice(0)) await folders.remove();
    rmSync(temp, { recursive: true, force: true });
  });
  const make = async () => {
    const folders = await makeRunFolders();
    made.push(folders);
    return folders;
  };
  /** The id of a process that has ended. */
  const ended = () => spawnSync("true").pid;
  /** The folder of an earlier run, with files in it. */
  const earlier = (number: number, owner?: { pid: number; host?: string }) => {
    const root = path.join(runs, `run-${number}`);
    for (const name of ["logs", "work"]) mkdirSync(path.join(root, name), { recursive: true });
    writeFileSync(path.join(root, "work", "file"), "");
    if (!owner) rmSync(path.join(root, "work"), { recursive: true });
    else
      writeFileSync(
        path.join(root, ".notebook-ops-owner.json"),
        JSON.stringify({ host: hostname(), ...owner }),
      );
    return root;
  };
  const start = () => mkdirSync(runs, { mode: 0o700 });

  it("the folder of a user's runs can be opened by this user only", async () => {
    const { root } = await make();
    assert.equal(path.dirname(root), runs);
    assert.equal(statSync(runs).mode & 0o777, 0o700);
    assert.equal(statSync(root).mode & 0o777, 0o700);
  });

  it("the folder of a user's runs has a folder of its own for each of ten runs that start at once", async () => {
    const roots = (await Promise.all(Array.from({ length: 10 }, make))).map(({ root }) => root);
    assert.equal(new Set(roots).size, 10);
  });

  const refused: [what: string, squat: () => void, problem: string][] = [
    [
      "a link that leads nowhere",
      () => symlinkSync("/nowhere/at/all", runs),
      "it is a link that leads nowhere; remove it",
    ],
    ["a link to a folder", () => symlinkSync(temp, runs), "it is a link; remove it"],
    ["a file", () => writeFileSync(runs, ""), "it is not a folder; remove it"],
    ["a folder that others can write to", () => open(0o777), "other users can open it; run chmod go= "],
    ["a folder that the group can read", () => open(0o750), "other users can open it; run chmod go= "],
  ];
  const open = (mode: number) => {
    start();
    chmodSync(runs, mode);
  };
  for (const [what, squat, problem] of refused)
    it(`the folder of a user's runs cannot be used if it is ${what}, which one sentence says`, async () => {
      squat();
      await assert.rejects(makeRunFolders(), ({ message }: Error) => {
        assert(message.startsWith(`Could not keep runs in ${runs}: ${problem}`), message);
        assert.match(message, /, or set TMPDIR to a folder of yours\.$/);
        return true;
      });
    });

  it("the folder of a user's runs cannot be used if it belongs to another user, which one sentence says", async function () {
    if (userInfo().uid !== 0) this.skip(); // only root can give a folder away
    start();
    spawnSync("chown", ["65534", runs]);
    await assert.rejects(makeRunFolders(), {
      message: `Could not keep runs in ${runs}: it belongs to another user; ask that user to remove it, or set TMPDIR to a folder of yours.`,
    });
  });

  it("the folder of a user's runs cannot be used if TMPDIR does not exist, which one sentence says", async () => {
    process.env.TMPDIR = path.join(temp, "nowhere");
    await assert.rejects(
      makeRunFolders(),
      /^Error: Could not keep runs in .*: ENOENT.*; set TMPDIR to a folder of yours\.$/,
    );
  });

  it(`the folder of a user's runs keeps the newest ${keptRuns} finished runs, and every run that is still going on`, async () => {
    start();
    for (let number = 1; number <= keptRuns + 5; number++)
      earlier(number, number % 2 ? { pid: ended() } : undefined);
    const going = earlier(0, { pid: process.pid });
    const elsewhere = earlier(1_000, { pid: ended(), host: "another-container" });
    const { root } = await make();
    assert(existsSync(going));
    assert(existsSync(path.join(going, "work", "file")));
    assert(existsSync(path.join(elsewhere, "work", "file")));
    const kept = readdirSync(runs).filter(
      (name) => ![root, going, elsewhere].includes(path.join(runs, name)),
    );
    const numbers = Array.from({ length: keptRuns }, (_, index) => `run-${index + 6}`);
    assert.deepEqual(kept.toSorted(), numbers.toSorted());
  });

  it("the folder of a user's runs keeps the logs of a run whose process has ended, and loses its work folder", async () => {
    start();
    const root = earlier(1, { pid: ended() });
    await make();
    assert.deepEqual(readdirSync(root).toSorted(), [".notebook-ops-owner.json", "logs"]);
  });

  it("the folder of a user's runs keeps the work folder of a run without an owner file for a day", async () => {
    start();
    const works = [1, 2].map((number) => path.join(earlier(number), "work"));
    for (const [index, work] of works.entries()) {
      mkdirSync(work);
      const time = new Date(Date.now() - index * 25 * 3_600_000);
      utimesSync(work, time, time);
    }
    await make();
    assert.deepEqual(works.map(existsSync), [true, false]);
  });

  it("the folder of a user's runs loses a link in the place of a run, but not what the link points to", async () => {
    start();
    const precious = path.join(temp, "precious");
    mkdirSync(path.join(precious, "work"), { recursive: true });
    symlinkSync(precious, path.join(runs, "run-1"));
    const root = earlier(2, { pid: ended() });
    rmSync(path.join(root, "work"), { recursive: true });
    symlinkSync(precious, path.join(root, "work"));
    await make();
    assert(existsSync(path.join(precious, "work")));
    assert.equal(existsSync(path.join(root, "work")), false);
  });

  it("the folder of a user's runs has no owner file for a run that this process has finished", async () => {
    const { root, removeWork } = await make();
    await removeWork();
    assert.deepEqual(readdirSync(root), []);
  });

  it("the folder of a user's runs stays when a local workspace starts and removes the state folders of ended processes", async () => {
    const folder = (name: string, pid?: number) => {
      const made = path.join(temp, name);
      mkdirSync(made);
      if (pid !== undefined)
        writeFileSync(path.join(made, ".notebook-ops-owner.json"), JSON.stringify({ pid, host: hostname() }));
    };
    folder("notebook-ops-aaaaaa", ended());
    folder("notebook-ops-bbbbbb", process.pid);
    folder("notebook-ops-cccccc");
    folder("nbo-dddddd", ended());
    const emulator = await startEmulator({ config: { spark: { master: "none" } } });
    await emulator.stop();
    await removeAbandoned(temp, /^(notebook-ops-|nbo-)\w{6}$/);
    assert.deepEqual(readdirSync(temp).toSorted(), ["notebook-ops-bbbbbb", "notebook-ops-cccccc"]);
  });
});
