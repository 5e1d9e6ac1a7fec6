import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { zip } from "../../../local/emulator/azure-devops/artifacts/zip.ts";
import { unzip } from "../../../shared/devops/unzip.ts";

type ZipEntry = Parameters<typeof zip>[0][number];

describe("unzip", () => {
  let folder: string;
  let target: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "unzip-"));
    target = path.join(folder, "target");
    await mkdir(target);
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

  it("unzip unpacks files below the folder, with the permissions that the zip gives them", async () => {
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
    it(`unzip refuses ${what}`, async () => {
      await assert.rejects(unpack(zip(entries)), (error: Error) => {
        assert.match(error.message, /^Could not unpack the archive: .*; run the step again; /);
        assert.match(error.message, why);
        return true;
      });
      assert.equal(existsSync(path.join(folder, "outside")), false);
      assert.deepEqual(
        readdirSync(folder).filter((name) => !["archive.zip", "target"].includes(name)),
        [],
      );
    });

  it("unzip refuses a file that is not a zip, and a zip that is cut off", async () => {
    await assert.rejects(
      unpack(Buffer.from("<html>not found</html>")),
      /^Error: Could not unpack the archive: /,
    );
    const whole = zip([entry("a", "x".repeat(1000))]);
    await assert.rejects(unpack(whole.subarray(0, 600)), /^Error: Could not unpack the archive: /);
  });

  /** Writes a number into each entry of the archive's directory, at an offset of APPNOTE 4.3.12. */
  const declare = (archive: Buffer, offset: number, value: number) => {
    const signature = Buffer.from([0x50, 0x4b, 0x01, 0x02]);
    for (let at = archive.indexOf(signature); at >= 0; at = archive.indexOf(signature, at + 1))
      archive.writeUInt32LE(value, at + offset);
    return archive;
  };
  const compressedSize = 20;
  const uncompressedSize = 24;
  const localHeader = 42;
  const written = () => readdirSync(target, { recursive: true });

  it("unzip ends a file that inflates to more than the directory says, before it is whole", async () => {
    const bomb = declare(zip([entry("a", "0".repeat(50_000_000))], "deflated"), uncompressedSize, 1000);
    assert(bomb.length < 60_000);
    await assert.rejects(unpack(bomb), /too many bytes in the stream/);
    assert((await stat(path.join(target, "a"))).size < 1_000_000);
  });

  it("unzip refuses a stored file that is longer than it says", async () => {
    await assert.rejects(unpack(declare(zip([entry("a", "0123456789")]), uncompressedSize, 3)), /mismatch/);
  });

  it("unzip refuses a zip whose declared sizes exceed 1 GB in all, before the first file is written", async () => {
    const files = ["a", "b", "c"].map((name) => entry(name, "0".repeat(1000)));
    const bomb = declare(zip(files, "deflated"), uncompressedSize, 400 * 1024 ** 2);
    await assert.rejects(unpack(bomb), /it unpacks to 1,200 MB, and 1,024 MB is the limit/);
    assert.deepEqual(written(), []);
  });

  it("unzip refuses files that share the same compressed bytes, before the first file is written", async () => {
    const files = Array.from({ length: 50 }, (_, index) => entry(`file-${index}`, "0".repeat(1_000_000)));
    const archive = zip(files, "deflated");
    await assert.rejects(
      unpack(declare(archive, localHeader, 0)),
      /file-\d+ shares its bytes with another file/,
    );
    assert.deepEqual(written(), []);
  });

  it("unzip refuses a file whose compressed bytes reach into the next one", async () => {
    const archive = zip([entry("a", "a".repeat(100)), entry("b", "b".repeat(100))], "deflated");
    await assert.rejects(unpack(declare(archive, compressedSize, 90)), /shares its bytes/);
  });

  it("unzip refuses more than 10,000 files, before the first file is written", async () => {
    const files = Array.from({ length: 10_001 }, (_, index) => entry(`d${index}/f`, ""));
    await assert.rejects(unpack(zip(files)), /it has 10001 files/);
    assert.deepEqual(written(), []);
  });

  it("unzip refuses a zip whose zip64 fields declare exabytes", async () => {
    const archive = zip64(Buffer.from("small"), 2n ** 60n);
    await assert.rejects(unpack(archive), /Could not unpack the archive: /);
    assert.deepEqual(written(), []);
  });

  it("unzip leaves an archive within an archive packed", async () => {
    const inner = zip([entry("0", "0".repeat(1_000_000))], "deflated");
    await unpack(zip([{ name: "inner.zip", content: inner, mode: 0o644 }], "deflated"));
    assert.deepEqual(await readFile(path.join(target, "inner.zip")), inner);
  });
});

/** A zip64 archive of one stored file that declares another size (APPNOTE 4.5.3). */
function zip64(content: Buffer, declared: bigint): Buffer {
  const archive = zip([{ name: "a", content, mode: 0o644 }]);
  const directory = archive.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  const end = archive.indexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const entry = Buffer.from(archive.subarray(directory, end));
  for (const size of [20, 24]) entry.writeUInt32LE(0xffffffff, size);
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  extra.writeBigUInt64LE(declared, 4);
  extra.writeBigUInt64LE(declared, 12);
  entry.writeUInt16LE(extra.length, 30);
  const tail = Buffer.from(archive.subarray(end));
  tail.writeUInt32LE(entry.length + extra.length, 12);
  return Buffer.concat([archive.subarray(0, directory), entry, extra, tail]);
}
