import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type ZipEntry, zip } from "../../../local/emulator/azure-devops/artifacts/zip.ts";
import { unzip } from "../../../shared/devops/unzip.ts";

describe("unzip", () => {
  let folder: string;
  let target: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "unzip-"));
    target = path.join(folder, "target");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const unpack = async (archive: Buffer) => {
    const file = path.join(folder, "archive.zip");
    await writeFile(file, archive);
    await unzip(file, target, "the archive");
  };
  const entry = (name: string, content = "content", mode = 0o644): ZipEntry => ({
    name,
    content: Buffer.from(content),
    mode,
  });

  it("unpacks files below the folder, with the permissions that the zip gives them", async () => {
    await unpack(zip([entry("tool", "#!/bin/sh", 0o755), entry("lib/data.txt", "data")]));
    assert.equal((await stat(path.join(target, "tool"))).mode & 0o777, 0o755);
    assert.equal(await readFile(path.join(target, "lib", "data.txt"), "utf8"), "data");
  });

  const refused: [what: string, entries: ZipEntry[], why: RegExp][] = [
    ["a name that leaves the folder", [entry("../outside")], /invalid relative path/],
    ["one that does so deeper down", [entry("a/../../outside")], /invalid relative path/],
    ["an absolute name", [entry("/tmp/outside")], /absolute path/],
    ["a backslash", [entry("..\\outside")], /invalid characters in fileName/],
    ["a symbolic link", [{ ...entry("link", "/etc"), mode: 0o020777 }], /link is a symbolic link/],
    ["the same name twice", [entry("a"), entry("a")], /EEXIST/],
  ];
  for (const [what, entries, why] of refused)
    it(`refuses ${what}`, async () => {
      await assert.rejects(unpack(zip(entries)), (error: Error) => {
        assert.match(
          error.message,
          /^Unpacked the archive, which cannot be trusted: .*; run the step again, /,
        );
        assert.match(error.message, why);
        return true;
      });
      assert.equal(existsSync(path.join(folder, "outside")), false);
      assert.deepEqual(
        readdirSync(folder).filter((name) => !["archive.zip", "target"].includes(name)),
        [],
      );
    });

  it("refuses what is no zip, and one that is cut off", async () => {
    await assert.rejects(unpack(Buffer.from("<html>not found</html>")), /cannot be trusted/);
    const whole = zip([entry("a", "x".repeat(1000))]);
    await assert.rejects(unpack(whole.subarray(0, 600)), /cannot be trusted/);
  });

  it("refuses a file that is longer than it says", async () => {
    const archive = zip([entry("a", "0123456789")]);
    const size = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 24;
    archive.writeUInt32LE(3, size);
    await assert.rejects(unpack(archive), /cannot be trusted/);
  });
});
