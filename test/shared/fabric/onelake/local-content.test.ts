import assert from "node:assert/strict";
import { appendFile, mkdtemp, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ByteBudget } from "../../../../shared/fabric/onelake/byte-budget.ts";
import { readBlock, readStable } from "../../../../shared/fabric/onelake/local-content.ts";
import type { LocalFile } from "../../../../shared/fabric/onelake/local-folder.ts";

describe("the content of a local file", () => {
  let folder: string;
  let file: LocalFile;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "content-"));
    file = { path: "a", source: path.join(folder, "a"), bytes: 1 };
    await writeFile(file.source, "a");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Reads the file while something happens to it the first so many times. */
  const readWhile = async (times: number, happens: () => Promise<void>) => {
    let reads = 0;
    const content = await readStable(file, async (handle, bytes) => {
      if (++reads <= times) await happens();
      return String(await readBlock(handle, 0, bytes));
    });
    return { content, reads };
  };
  const changes = {
    grows: () => appendFile(file.source, "b"),
    "is written with the same length": () => utimes(file.source, new Date(), new Date(Date.now() + 60_000)),
  };

  for (const [change, happens] of Object.entries(changes)) {
    it(`is read again if the file ${change} meanwhile`, async () => {
      const { content, reads } = await readWhile(1, happens);
      assert.deepEqual([content?.[0], reads], ["a", 2]);
    });
  }

  it("is not read a third time", async () => {
    await assert.rejects(
      readWhile(2, changes.grows),
      /^FileChanged: Could not copy .*a to OneLake: its content changed twice while it was read; run the step when /,
    );
  });

  it("is nothing if the file was deleted", async () => {
    await unlink(file.source);
    assert.deepEqual(await readWhile(0, changes.grows), { content: undefined, reads: 0 });
  });

  it("is not that of a link which has taken the file's place", async function () {
    if (process.platform === "win32") this.skip();
    await unlink(file.source);
    await writeFile(path.join(folder, "secret"), "secret");
    await symlink("secret", file.source);
    await assert.rejects(readWhile(0, changes.grows), { name: "FileChanged" });
  });
});

describe("the memory for contents", () => {
  it("contents wait in their order until there is memory for them", async () => {
    const budget = new ByteBudget(10);
    const begun: number[] = [];
    const take = async (bytes: number) => {
      const free = await budget.take(bytes);
      begun.push(bytes);
      return free;
    };
    const [six, large, one] = [take(6), take(100), take(1)];
    (await six)();
    (await large)();
    (await one)();
    assert.deepEqual(begun, [6, 100, 1]);
  });

  it("never holds more than it is for, but for a single larger content", async () => {
    const budget = new ByteBudget(10);
    let used = 0;
    await Promise.all(
      [4, 4, 4, 20, 1, 9, 10, 3].map(async (bytes) => {
        const free = await budget.take(bytes);
        assert.ok(used === 0 || used + bytes <= 10, `${used} and ${bytes}`);
        used += bytes;
        await new Promise(setImmediate);
        used -= bytes;
        free();
      }),
    );
  });
});
