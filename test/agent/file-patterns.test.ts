import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findFiles } from "../../local/agent/publish/file-patterns.ts";

describe("findFiles", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    for (const file of ["a.xml", "b.xml", "b.txt", "axxml", "sub/c.xml", "sub/deep/d.xml", "other/c.xml"]) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), "");
    }
    symlinkSync("/etc", path.join(folder, "link"));
  });
  after(() => rmSync(folder, { recursive: true }));

  // https://learn.microsoft.com/azure/devops/pipelines/tasks/file-matching-patterns
  for (const [patterns, expected] of [
    ["*.xml", ["a.xml", "b.xml"]],
    ["?.txt", ["b.txt"]],
    ["**/*.xml", ["a.xml", "b.xml", "other/c.xml", "sub/c.xml", "sub/deep/d.xml"]],
    ["sub/**", ["sub/c.xml", "sub/deep/d.xml"]],
    ["**/c.xml", ["other/c.xml", "sub/c.xml"]],
    ["*/c.xml", ["other/c.xml", "sub/c.xml"]],
    ["**/deep/*", ["sub/deep/d.xml"]],
    ["a.xml", ["a.xml"]],
    ["sub", []],
    ["none.xml", []],
    ["none/*.xml", []],
    ["**/*.xml\n!sub/**", ["a.xml", "b.xml", "other/c.xml"]],
    ["**/*.xml\r\n\r\n  !**/c.xml  \r\nsub/c.xml", ["a.xml", "b.xml", "sub/c.xml", "sub/deep/d.xml"]],
    ["b.xml\nb.*", ["b.txt", "b.xml"]],
    ["**/passwd", []],
    ["", []],
  ] as [string, string[]][])
    it(`findFiles finds ${expected.join(", ") || "no files"} for ${JSON.stringify(patterns)}`, async () => {
      const found = await findFiles(folder, patterns);
      assert.deepEqual(
        found,
        expected.map((file) => path.join(folder, file)),
      );
    });

  it("findFiles finds files by an absolute pattern", async () => {
    assert.deepEqual(await findFiles("/nowhere", path.join(folder, "*.txt")), [path.join(folder, "b.txt")]);
  });
});
