import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import ignore from "ignore";
import { readProjectFiles } from "../../../../shared/fabric/spark-tests/project-files.ts";
import { defaultTestFiles, splitArguments } from "../../../../shared/fabric/spark-tests/pytest-arguments.ts";

describe("the files of a project that Fabric gets", () => {
  let repository: string;
  beforeEach(() => {
    repository = mkdtempSync(path.join(os.tmpdir(), "project-files-"));
  });
  afterEach(() => rmSync(repository, { recursive: true, force: true }));

  const write = (...names: string[]) => {
    for (const each of names) {
      const [name, content = ""] = each.split("=");
      mkdirSync(path.dirname(path.join(repository, name!)), { recursive: true });
      writeFileSync(path.join(repository, name!), content);
    }
  };

  it("are without caches, secrets and what .gitignore files exclude at any level of the repository", async () => {
    write(".git/HEAD", ".gitignore=*.log\n/sales/data/big.csv\n/other/\n!keep.log\n");
    write(
      "sales/pyproject.toml",
      "sales/src/sales/build/rules.py",
      "sales/src/sales/__pycache__/a.pyc",
      "sales/.env",
    );
    write(
      "sales/build/lib/a.py",
      "sales/.venv/bin/python",
      "sales/test.env",
      "sales/data/big.csv",
      "sales/data/small.csv",
    );
    write(
      "sales/.gitignore=/out\ntmp[1]\n",
      "sales/out/a.txt",
      "sales/a.log",
      "sales/keep.log",
      "sales/tests/out/b.txt",
    );
    write(
      "sales/tests/.gitignore=*.tmp\n",
      "sales/tests/test_a.py",
      "sales/tests/c.tmp",
      "sales/c.tmp",
      "sales/tests/odd !#[x].tmp",
    );
    const { files, exclude } = await readProjectFiles(path.join(repository, "sales"));
    assert.deepEqual(files, [
      ".gitignore",
      "c.tmp",
      "data/small.csv",
      "keep.log",
      "pyproject.toml",
      "src/sales/build/rules.py",
      "tests/.gitignore",
      "tests/out/b.txt",
      "tests/test_a.py",
    ]);
    const excluded = ignore({ ignorecase: false }).add(exclude);
    for (const file of [
      "a.log",
      "data/big.csv",
      "out/a.txt",
      "tests/c.tmp",
      "tests/odd !#[x].tmp",
      "build/lib/a.py",
    ])
      assert.ok(excluded.ignores(file), file);
    for (const file of files) assert.ok(!excluded.ignores(file), file);
  });

  it("must exist", async () => {
    await assert.rejects(
      readProjectFiles(path.join(repository, "no")),
      /Could not use .* as the project folder: it does not exist; /,
    );
    write("empty/.env");
    await assert.rejects(
      readProjectFiles(path.join(repository, "empty")),
      /: it contains no file that is not excluded; /,
    );
  });
});

describe("pytest's arguments", () => {
  it("are split as by a shell", () => {
    assert.deepEqual(splitArguments(`tests -k "TestA and not slow"\n -m 'spark' --name="a b"c x\\y ""`), [
      "tests",
      "-k",
      "TestA and not slow",
      "-m",
      "spark",
      "--name=a bc",
      "x\\y",
      "",
    ]);
    assert.deepEqual(splitArguments(`"say \\"yes\\" \\\\ \\n"`), [`say "yes" \\ \\n`]);
    assert.deepEqual(splitArguments(" "), []);
  });

  it("are refused with an open quote, or with what the task sets itself", () => {
    assert.throws(
      () => splitArguments(`-k "open`),
      /Could not use the input 'pytestArguments': its quote " at character 4 has no end; close it\./,
    );
    for (const text of ["--junitxml=a.xml", "--junit-xml a.xml", "--remote"])
      assert.throws(() => splitArguments(text), /which this task sets or replaces; remove that option/, text);
  });

  it("select the test files that stand for tests which were never collected", () => {
    const files = [
      "conftest.py",
      "tests/a_test.py",
      "tests/deep/test_b.py",
      "other/test_c.py",
      "tests/helper.py",
      "test_d.txt",
    ];
    assert.deepEqual(defaultTestFiles(files, []), [
      "tests/a_test.py",
      "tests/deep/test_b.py",
      "other/test_c.py",
    ]);
    assert.deepEqual(defaultTestFiles(files, ["-k", "spark", "./tests/"]), [
      "tests/a_test.py",
      "tests/deep/test_b.py",
    ]);
    assert.deepEqual(defaultTestFiles(files, ["other/test_c.py::test_1"]), ["other/test_c.py"]);
  });
});
