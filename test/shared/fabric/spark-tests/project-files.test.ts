import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import ignore from "ignore";
import { readProjectFiles } from "../../../../shared/fabric/spark-tests/project-files.ts";
import { defaultTestFiles, splitArguments } from "../../../../shared/fabric/spark-tests/pytest-arguments.ts";

interface Case {
  title: string;
  /** Where the project is in the folder of the test. */
  project?: string;
  files: Record<string, string>;
  links?: Record<string, string>;
  sent: string[];
}
const cases: Case[] = JSON.parse(readFileSync(new URL("project-files.cases.json", import.meta.url), "utf8"));

describe("the files of a project that Fabric gets", () => {
  let repository: string;
  beforeEach(() => {
    repository = mkdtempSync(path.join(os.tmpdir(), "project-files-"));
  });
  afterEach(() => rmSync(repository, { recursive: true, force: true }));

  const write = (name: string, content = "") => {
    mkdirSync(path.dirname(path.join(repository, name)), { recursive: true });
    writeFileSync(path.join(repository, name), content);
  };

  // pytest-fabric-spark sends the same files: test/python/test_plugin_project_files.py reads the same cases.
  for (const { title, project = "", files, links = {}, sent } of cases)
    it(title, async () => {
      for (const [name, content] of Object.entries(files)) write(name, content);
      for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(repository, name));
      const reading = readProjectFiles(path.join(repository, project));
      if (sent.length === 0) return assert.rejects(reading, /: it contains no file that is not excluded; /);
      const { files: found, exclude } = await reading;
      assert.deepEqual(found, sent);
      const excluded = ignore({ ignorecase: false }).add(exclude);
      const inProject = Object.keys(files).filter((name) => name.startsWith(project));
      const copied = inProject
        .map((name) => path.posix.relative(project, name))
        .filter((name) => !excluded.ignores(name));
      assert.deepEqual(copied.sort(), sent, "the copy has other files");
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
