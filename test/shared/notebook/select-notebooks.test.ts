import assert from "node:assert/strict";
import { globLines, selectPaths, whyUnmatched } from "../../../shared/notebook/select-notebooks.ts";

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
    it(`selects ${chosen.join(", ") || "nothing"} for ${globs.join(" and ") || "no globs"}`, () =>
      assert.deepEqual(selectPaths(paths, globs), chosen));

  const unmatched: [globs: string[], why: string | undefined][] = [
    [[], undefined],
    [["etl.py", "tests/**", "!absent.py"], undefined],
    [["etl.py", "absent/**"], "no notebook matches absent/**; correct the input notebooks."],
    [["tests/**", "elt.py"], "no notebook matches elt.py; did you mean etl.py?"],
    [["**", "ETL.py"], "no notebook matches ETL.py; did you mean etl.py?"],
    [["etl.py", "test/**"], "no notebook matches test/**; did you mean tests/**?"],
    [["etl.py", "test/*.scala"], "no notebook matches test/*.scala; correct the input notebooks."],
    [["test/dep/*.py"], "no notebook matches test/dep/*.py; did you mean tests/deep/*.py?"],
  ];
  for (const [globs, why] of unmatched)
    it(`${why === undefined ? "finds no unmatched glob" : `explains that ${why.replace(/[.?]$/, "")}`} for ${globs.join(" and ") || "no globs"}`, () =>
      assert.equal(whyUnmatched(paths, globs), why));

  it("reads globs with comments, blank lines, backslashes and a leading ./", () =>
    assert.deepEqual(globLines("\n ./etl.py \n# not this\ntests\\*.py\n!./a.py"), [
      "etl.py",
      "tests/*.py",
      "!a.py",
    ]));
});
