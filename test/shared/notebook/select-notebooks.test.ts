import assert from "node:assert/strict";
import { chooseNotebooks, globLines } from "../../../shared/notebook/select-notebooks.ts";

const paths = ["checks.sql", "etl.py", "tests/deep/a.py", "tests/b.py", "tests/b.sql"];

describe("the choice of notebooks", () => {
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
  ];
  for (const [globs, chosen] of cases)
    it(`selects the notebooks ${chosen.join(", ")} for ${globs.join(" and ") || "no globs"}`, () =>
      assert.deepEqual(chooseNotebooks("choose", paths, globs), chosen));

  it("selects the notebooks of each of several globs that match", () =>
    assert.deepEqual(chooseNotebooks("choose", paths, ["etl.py", "tests/deep/**", "!absent.py"]), [
      "etl.py",
      "tests/deep/a.py",
    ]));

  const wrong: [globs: string[], why: string][] = [
    [["etl.py", "absent/**"], `no notebook matches "absent/**"; correct the input 'notebooks'.`],
    [["tests/**", "elt.py"], 'no notebook matches "elt.py"; did you mean "etl.py"?'],
    [["etlxpy"], 'no notebook matches "etlxpy"; did you mean "etl.py"?'],
    [["**", "ETL.py"], 'no notebook matches "ETL.py"; did you mean "etl.py"?'],
    [["etl.py", "test/**"], 'no notebook matches "test/**"; did you mean "tests/**"?'],
    [["etl.py", "test/*.scala"], `no notebook matches "test/*.scala"; correct the input 'notebooks'.`],
    [["test/dep/*.py"], 'no notebook matches "test/dep/*.py"; did you mean "tests/deep/*.py"?'],
    [["!**"], "!** excludes every notebook; correct the input 'notebooks'."],
  ];
  for (const [globs, why] of wrong)
    it(`fails to select notebooks for ${globs.join(" and ")}: ${why.replace(/[.?]$/, "")}`, () =>
      assert.throws(() => chooseNotebooks("choose", paths, globs), { message: `Could not choose: ${why}` }));

  it("reads notebook globs with comments, blank lines, backslashes and a leading ./", () =>
    assert.deepEqual(globLines("\n ./etl.py \n# not this\ntests\\*.py\n!./a.py"), [
      "etl.py",
      "tests/*.py",
      "!a.py",
    ]));
});
