import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { assertGolden } from "./golden.ts";

describe("the comparison with a golden file", () => {
  let folder: string;
  let test: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "golden "));
    test = pathToFileURL(path.join(folder, "some.test.ts")).href;
    file = path.join(folder, "golden", "some.txt");
    mkdirSync(path.dirname(file));
    writeFileSync(file, "before\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("the comparison with a golden file fails a test whose value differs from the golden file, and says how to update it", () => {
    assertGolden(test, "some.txt", "before\n", {});
    assert.throws(() => assertGolden(test, "some.txt", "after\n", {}), /UPDATE_GOLDEN=1/);
    assert.throws(() => assertGolden(test, "some.txt", "after\n", { UPDATE_GOLDEN: "" }), /UPDATE_GOLDEN=1/);
    assert.equal(readFileSync(file, "utf8"), "before\n");
  });

  it("the comparison with a golden file rewrites the golden file with UPDATE_GOLDEN=1", () => {
    assertGolden(test, "some.txt", "after\n", { UPDATE_GOLDEN: "1" });
    assert.equal(readFileSync(file, "utf8"), "after\n");
    rmSync(path.dirname(file), { recursive: true });
    assertGolden(test, "some.txt", "new\n", { UPDATE_GOLDEN: "1" });
    assert.equal(readFileSync(file, "utf8"), "new\n");
  });

  it("the comparison with a golden file never writes a golden file in continuous integration", () => {
    for (const actual of ["before\n", "after\n"])
      assert.throws(
        () => assertGolden(test, "some.txt", actual, { UPDATE_GOLDEN: "1", CI: "true" }),
        /^AssertionError.*: Could not update the golden files: UPDATE_GOLDEN is set in continuous integration/,
      );
    assert.equal(readFileSync(file, "utf8"), "before\n");
  });

  for (const [what, value] of [
    ["an empty text", ""],
    ["white space", " \n"],
    ["undefined", undefined],
  ] as const)
    it(`the comparison with a golden file neither writes a golden file from ${what} nor accepts it as equal`, () => {
      for (const UPDATE_GOLDEN of ["1", undefined])
        assert.throws(
          () => assertGolden(test, "some.txt", value as string, { UPDATE_GOLDEN }),
          /: Could not compare with .*some\.txt: the value is empty; correct what produces it\.$/,
        );
      assert.equal(readFileSync(file, "utf8"), "before\n");
      rmSync(file);
      assert.throws(() => assertGolden(test, "some.txt", value as string, { UPDATE_GOLDEN: "1" }));
      assert.ok(!existsSync(file));
    });
});
