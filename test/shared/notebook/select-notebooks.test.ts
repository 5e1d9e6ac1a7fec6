import assert from "node:assert/strict";
import { globLines, selectPaths } from "../../../shared/notebook/select-notebooks.ts";

const paths = ["checks.sql", "etl.py", "tests/deep/a.py", "tests/b.py", "tests/b.sql"];

describe("choice of notebooks", () => {
  const cases: [globs: string[], chosen: string[]][] = [
    [[], paths],
    [["etl.py"], ["etl.py"]],
    [["*.py"], ["etl.py"]],
    [["**/*.py"], ["etl.py", "tests/deep/a.py", "tests/b.py"]],
    [["tests/**"], ["tests/deep/a.py", "tests/b.py", "tests/b.sql"]],
    [["tests/*.{py,sql}"], ["tests/b.py", "tests/b.sql"]],
    [["???.py"], ["etl.py"]],
    [["!tests/**"], ["checks.sql", "etl.py"]],
    [
      ["**", "!**/*.sql"],
      ["etl.py", "tests/deep/a.py", "tests/b.py"],
    ],
    [["etlxpy"], []],
  ];
  for (const [globs, chosen] of cases)
    it(`${globs.join(" and ") || "nothing"} chooses ${chosen.join(", ") || "none"}`, () =>
      assert.deepEqual(selectPaths(paths, globs), chosen));

  it("reads globs as people write them", () =>
    assert.deepEqual(globLines("\n ./etl.py \n# not this\ntests\\*.py\n!./a.py"), [
      "etl.py",
      "tests/*.py",
      "!a.py",
    ]));
});
