import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OneLake } from "../../../../shared/fabric/onelake/onelake.ts";
import type { OneLakePath } from "../../../../shared/fabric/onelake/paths.ts";
import { startWorkspace, type TestWorkspace } from "../../../harness/workspace.ts";
import { oneLakeOf } from "./terminal.ts";

const workspaceId = "11111111-1111-4111-8111-111111111111";
const itemId = "22222222-2222-4222-8222-222222222222";

describe("a folder in OneLake", () => {
  let workspace: TestWorkspace;
  let oneLake: OneLake;
  let warnings: string[];
  before(async () => {
    workspace = await startWorkspace({
      fabric: {
        workspaces: [
          { name: "Weather", id: workspaceId, lakehouses: [{ name: "Sales", id: itemId }] },
          { name: "Paused", capacity: "asleep", lakehouses: ["Sales"] },
        ],
        capacities: [{ name: "local" }, { name: "asleep", state: "Paused" }],
      },
    });
    ({ oneLake, warnings } = await oneLakeOf(workspace));
  });
  after(() => workspace[Symbol.asyncDispose]());

  let folder: string;
  let target: OneLakePath;
  let count = 0;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "onelake-"));
    target = { workspaceId, itemId, path: `Files/notebook-ops/${++count}` };
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
    await oneLake.delete(target);
    assert.deepEqual(workspace.emulator.ledger().oneLakeFiles, []);
  });

  const write = async (files: Record<string, string | Buffer>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
  };
  const sync = async (options: Parameters<OneLake["sync"]>[2] = {}) => {
    const { seconds: _, ...summary } = await oneLake.sync(folder, target, options);
    return summary;
  };
  const listed = async () =>
    (await oneLake.list(target))
      .filter((entry) => !entry.isFolder)
      .map((entry) => entry.path)
      .sort();
  const at = (name: string) => ({ ...target, path: `${target.path}/${name}` });
  const text = async (name: string) => String(await oneLake.read(at(name), { maxBytes: 1_000_000 }));
  /** Methods of the requests for OneLake that the work sends. */
  const requests = async (work: () => Promise<unknown>) => {
    const before = workspace.emulator.requests().length;
    await work();
    return workspace.emulator
      .requests()
      .slice(before)
      .filter((request) => request.service === "onelake")
      .map(({ method, query }) => `${method}${/comp=\w+/.exec(query)?.[0] ?? ""}`);
  };

  it("a sync sends one request for each small file, and only listings if nothing has changed", async () => {
    await write({ "a.py": "a", "src/b.py": "b", "src/empty": "", "src/deep/c.py": "c" });
    const first = await requests(async () =>
      assert.deepEqual(await sync(), { uploaded: 4, deleted: 0, unchanged: 0, bytes: 3 }),
    );
    assert.deepEqual(first, ["GETcomp=list", "PUT", "PUT", "PUT", "PUT"]);
    const second = await requests(async () =>
      assert.deepEqual(await sync({ deleteGone: true }), { uploaded: 0, deleted: 0, unchanged: 4, bytes: 0 }),
    );
    assert.deepEqual(second, ["GETcomp=list"]);
    await write({ "a.py": "A" });
    assert.deepEqual(await sync(), { uploaded: 1, deleted: 0, unchanged: 3, bytes: 1 });
    assert.equal(await text("a.py"), "A");
  });

  it("reads a growing file from an offset on, and nothing at its end", async () => {
    const from = async (offset: number, maxBytes: number) => {
      const range = await oneLake.readFrom(at("log.txt"), offset, { maxBytes });
      return range && [String(range.content), range.size];
    };
    assert.equal(await from(0, 10), undefined);
    await oneLake.write(at("log.txt"), "one two");
    assert.deepEqual(await from(0, 3), ["one", 7]);
    assert.deepEqual(await from(3, 10), [" two", 7]);
    assert.deepEqual(await from(7, 10), ["", 7]);
    await oneLake.write(at("log.txt"), "one two three");
    assert.deepEqual(await from(7, 10), [" three", 13]);
  });

  it("a sync sends what another program wrote again, because its hash is not known", async () => {
    await write({ "a.py": "a" });
    await sync();
    const { caFile } = workspace.emulator.ready;
    await writeFile(path.join(path.dirname(caFile), "onelake", workspaceId, itemId, at("a.py").path), "x");
    assert.deepEqual(await sync(), { uploaded: 1, deleted: 0, unchanged: 0, bytes: 1 });
    assert.equal(await text("a.py"), "a");
  });

  it("a sync deletes what is gone only when asked, and never what is excluded", async () => {
    await write({ "a.py": "a", "old/b.py": "b", "old/deep/c.py": "c", "results/log.txt": "log" });
    await sync();
    await rm(path.join(folder, "old"), { recursive: true });
    await rm(path.join(folder, "results"), { recursive: true });
    assert.deepEqual(await sync(), { uploaded: 0, deleted: 0, unchanged: 1, bytes: 0 });
    const methods = await requests(async () =>
      assert.equal((await sync({ deleteGone: true, exclude: ["/results/"] })).deleted, 1),
    );
    assert.deepEqual(methods, ["GETcomp=list", "DELETE"]);
    assert.deepEqual(await listed(), ["a.py", "results/log.txt"]);
  });

  it("a sync puts a file in the place of a folder, and a folder in the place of a file", async () => {
    await write({ "a/b": "b", c: "c" });
    await sync();
    await rm(path.join(folder, "a"), { recursive: true });
    await rm(path.join(folder, "c"));
    await write({ a: "file", "c/d": "d" });
    await assert.rejects(
      sync(),
      /Could not copy .*: "a" is a file in one of them and a folder in the other; /,
    );
    assert.deepEqual(await sync({ deleteGone: true }), { uploaded: 2, deleted: 2, unchanged: 0, bytes: 5 });
    assert.deepEqual(await listed(), ["a", "c/d"]);
  });

  it("names of all kinds come back as they were", async () => {
    const names = [
      "ü/日本 語.py",
      "50 % off.txt",
      "a+b&c=d.py",
      "#1?.txt",
      "e\u0301.txt",
      "\u00e9.txt",
      "-[x]'!~.py",
    ];
    await write(Object.fromEntries(names.map((name) => [name, name])));
    assert.equal((await sync()).uploaded, names.length);
    assert.deepEqual(await listed(), names.toSorted());
    assert.equal((await sync({ deleteGone: true })).unchanged, names.length);
    const copy = path.join(folder, "copy");
    await assert.rejects(oneLake.download(target, copy), /which are one file on systems that ignore case/);
    await oneLake.delete(at("e\u0301.txt"));
    assert.equal((await oneLake.download(target, copy)).files, names.length - 1);
    for (const name of names.filter((each) => each !== "e\u0301.txt"))
      assert.equal(await readFile(path.join(copy, name), "utf8"), name);
  });

  it("a large file is sent in blocks, and not again if it has not changed", async () => {
    const content = Buffer.alloc(9 * 1024 * 1024 + 1, "0123456789abcdef");
    await write({ large: content });
    const first = await requests(async () => assert.equal((await sync()).bytes, content.length));
    assert.deepEqual(first, [
      "GETcomp=list",
      "PUTcomp=block",
      "PUTcomp=block",
      "PUTcomp=block",
      "PUTcomp=blocklist",
    ]);
    assert.deepEqual(await requests(sync), ["GETcomp=list"]);
    const [entry] = await oneLake.list(target);
    assert.equal(entry?.md5, createHash("md5").update(content).digest("base64"));
    content[5_000_000] = 0;
    await write({ large: content });
    assert.equal((await sync()).uploaded, 1);
    const copy = path.join(folder, "copy");
    assert.equal((await oneLake.download(target, copy)).bytes, content.length);
    assert.ok(content.equals(await readFile(path.join(copy, "large"))));
    assert.deepEqual(await readdir(copy), ["large"]);
  });

  it("what is not there can be deleted, read, listed and downloaded", async () => {
    assert.equal(await oneLake.exists(at("a")), false);
    await oneLake.delete(at("a"));
    assert.equal(await oneLake.read(at("a"), { maxBytes: 1 }), undefined);
    assert.deepEqual(await oneLake.list(target), []);
    assert.equal((await oneLake.download(target, path.join(folder, "copy"))).files, 0);
    await oneLake.write(at("a"), "a");
    assert.equal(await oneLake.exists(at("a")), true);
    assert.equal(await oneLake.exists(target), true);
    await assert.rejects(oneLake.read(at("a"), { maxBytes: 0 }), { kind: "tooLarge" });
  });

  it("a sync waits when OneLake is throttled, and then completes", async () => {
    await write(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`${index}`, `${index}`])));
    await workspace.declareFault({
      match: { service: "onelake", method: "PUT" },
      times: 3,
      when: "before",
      then: { status: 429, headers: { "retry-after": "1", "x-ms-error-code": "TooManyRequests" } },
    });
    const sent = await requests(async () => assert.equal((await sync()).uploaded, 20));
    assert.equal(sent.filter((method) => method === "PUT").length, 23);
  });

  it("a sync that is cancelled sends nothing more", async () => {
    await write(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}`, `${index}`])));
    const cancel = new AbortController();
    const { oneLake: cancelled } = await oneLakeOf(workspace, cancel.signal);
    const before = workspace.emulator.requests().length;
    const progress = setInterval(() => {
      if (workspace.emulator.requests().length > before + 20) cancel.abort();
    }, 1);
    await assert.rejects(cancelled.sync(folder, target), { kind: "canceled" });
    clearInterval(progress);
    assert.ok((await listed()).length < 200);
  });

  it("a sync to a lakehouse that does not exist fails", async () => {
    await write({ "a.py": "a" });
    const nowhere = { ...target, itemId: "33333333-3333-4333-8333-333333333333" };
    await assert.rejects(
      oneLake.sync(folder, nowhere),
      /404 .*check that the workspace and the lakehouse exist/,
    );
    await assert.rejects(oneLake.list(nowhere), { kind: "notFound" });
    assert.deepEqual(warnings, []);
  });

  it("a sync to a workspace whose capacity is paused says so", async () => {
    const paused = { ...target, workspaceId: "Paused", itemId: "Sales.Lakehouse" };
    await assert.rejects(oneLake.sync(folder, paused), /; resume the workspace's capacity, or assign /);
  });
});
