import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { TestCase } from "../../../shared/results/test-case.ts";
import { hostileMarkup } from "../../fixtures/hostile-markup.ts";
import { errors } from "../../harness/run-task.ts";
import { exitsWith, python, reportedTests, runNotebook } from "./run-notebook.ts";

const junit = `<testsuites><testsuite name="quality">
  <testcase classname="quality" name="no gaps" time="0.5"/>
  <testcase classname="quality" name="no frost"><failure message="2 days &lt; 0 °C">at line 7</failure></testcase>
</testsuite></testsuites>`;

describe("DatabricksRunNotebook and the tests that notebooks report", function () {
  this.timeout(120_000);

  const shown = (cases: TestCase[]) =>
    cases.map(({ suite, name, outcome, message }) => ({ place: suite?.join(" / "), name, outcome, message }));

  it("reports tests that a notebook returns as JSON on the Tests tab, and fails if one of them failed", async () => {
    await using step = await runNotebook({
      "quality.py": python(
        exitsWith({
          tests: [
            { name: "no gaps", outcome: "passed", durationSeconds: 0.5 },
            { name: "no frost", outcome: "failed", message: "2 days < 0 °C" },
            { name: "no fog", outcome: "skipped" },
          ],
        }),
      ),
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not complete notebook quality: 1 of its 3 tests failed; the first one, no frost: 2 days < 0 °C; see https:/,
    );
    const cases = await reportedTests(result);
    assert.deepEqual(
      shown(cases).map(({ name, outcome, message }) => [name, outcome, message]),
      [
        ["quality", "failed", "1 of its 3 tests failed; the first one, no frost: 2 days < 0 °C"],
        ["no gaps", "passed", undefined],
        ["no frost", "failed", "2 days < 0 °C"],
        ["no fog", "skipped", undefined],
      ],
    );
    const url = result.variables["step.RunUrl"];
    assert.deepEqual(new Set(cases.map((each) => each.url)), new Set([url]));
    assert.deepEqual(new Set(cases.map((each) => each.file)), new Set(["notebooks/quality.py"]));
  });

  it("reports tests that a notebook returns as JUnit XML, and fails if one of them failed", async () => {
    await using step = await runNotebook({ "quality.py": python(exitsWith(junit)) });
    const result = await step.run();
    assert.match(errors(result)[0]!, /1 of its 2 tests failed; the first one, no frost: 2 days < 0 °C/);
    const frost = (await reportedTests(result)).find(({ name }) => name === "no frost")!;
    assert.deepEqual([frost.outcome, frost.message], ["failed", "2 days < 0 °C"]);
    assert.match(frost.trace!, /at line 7/);
  });

  const places: [where: string, put: string, file: string, given: string][] = [
    ["the workspace", "workspace", "/Shared/quality.xml", "/Workspace/Shared/quality.xml"],
    ["a volume", "dbfs", "/Volumes/main/tests/it's 100 %.xml", "/Volumes/main/tests/it's 100 %.xml"],
    ["DBFS", "dbfs", "/results/quality.xml", "dbfs:/results/quality.xml"],
  ];
  for (const [where, put, file, given] of places)
    it(`reports tests from a JUnit file in ${where}, and fails if one of them failed`, async () => {
      await using step = await runNotebook({ "quality.py": python(exitsWith({ junit: given })) });
      const content = Buffer.from(junit).toString("base64");
      if (put === "workspace")
        await step.askDatabricks("POST", "/api/2.0/workspace/import", {
          path: file,
          format: "AUTO",
          content,
        });
      else await step.askDatabricks("POST", "/api/2.0/dbfs/put", { path: file, contents: content });
      const result = await step.run();
      assert.match(errors(result)[0]!, /1 of its 2 tests failed/);
      assert.equal((await reportedTests(result)).length, 3);
    });

  it("succeeds and reports each test of a notebook whose tests all passed", async () => {
    await using step = await runNotebook({
      "quality.py": python(exitsWith({ tests: [{ name: "no gaps", outcome: "passed" }] })),
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(
      (await reportedTests(result)).map(({ name, outcome }) => [name, outcome]),
      [
        ["quality", "passed"],
        ["no gaps", "passed"],
      ],
    );
  });

  const cut = '{"tests": [{"name": "no gaps", "outc';
  const many = Array.from({ length: 5_001 }, (_, index) => ({ name: `${index}`, outcome: "passed" }));
  const wrong: [what: string, value: unknown, sentence: RegExp][] = [
    ["a list without tests", { tests: [] }, /it reported test results without any test;/],
    ["a JUnit file without tests", "<testsuites/>", /it reported test results without any test;/],
    [
      "more tests than a step takes",
      { tests: many },
      /could not take the 5001 tests that the notebook reports: .* run the notebooks in several/,
    ],
    ["JSON that is cut off", cut, /could not read the tests in the exit value of .*: it is not valid JSON/],
    [
      "JSON that is cut off after another key",
      '{"rows": 3, "tests": [{"na',
      /could not read the tests in the exit value of .*: it is not valid JSON/,
    ],
    [
      "JUnit that begins with a comment and has a failure in upper case",
      '<!-- made by a tool --><ns:testsuite xmlns:ns="a"><ns:testcase name="a"><ns:FAILURE/></ns:testcase></ns:testsuite>',
      /its only test failed; the first one, a;/,
    ],
    [
      "JUnit that counts more than it lists",
      '<testsuite name="s" tests="3"><testcase name="a"/></testsuite>',
      /1 of its 2 tests failed; the first one, s itself: .* counts 3 tests but lists 1/,
    ],
    [
      "tests that were all skipped",
      {
        tests: [
          { name: "a", outcome: "skipped" },
          { name: "b", outcome: "skipped" },
        ],
      },
      /all of its 2 tests were skipped; set allowSkipped to true if a notebook may skip all of its tests/,
    ],
    ["JUnit that is cut off", junit.slice(0, 200), /exit value of quality/],
    ["a JUnit file that does not exist", { junit: "/Workspace/none.xml" }, /none.xml: could not read .*404/],
    ["an unknown outcome", { tests: [{ name: "a", outcome: "Passed?" }] }, /the first one, a: The outcome/],
  ];
  for (const [what, value, sentence] of wrong)
    it(`fails if the notebook reports ${what}`, async () => {
      await using step = await runNotebook({ "quality.py": python(exitsWith(value)) });
      const result = await step.run();
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
    });

  it("fails if the download of a JUnit file breaks off", async () => {
    await using step = await runNotebook({ "quality.py": python(exitsWith({ junit: "/Volumes/a.xml" })) });
    const content = Buffer.from(junit).toString("base64");
    await step.askDatabricks("POST", "/api/2.0/dbfs/put", {
      path: "/Volumes/a.xml",
      contents: content,
    });
    await step.workspace.declareFault({
      match: { path: "/fs/files/" },
      when: "after",
      times: 9,
      then: { truncate: 40 },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /^Could not complete notebook quality: .*a\.xml/);
  });

  it("fails if a JUnit file is larger than 10 MB", async () => {
    await using step = await runNotebook({ "quality.py": python(exitsWith({ junit: "dbfs:/large.xml" })) });
    const created = await step.askDatabricks<{ handle: number }>("POST", "/api/2.0/dbfs/create", {
      path: "/large.xml",
    });
    const data = Buffer.alloc(1024 * 1024, " ").toString("base64");
    for (let block = 0; block < 11; block++)
      await step.askDatabricks("POST", "/api/2.0/dbfs/add-block", { handle: created.handle, data });
    await step.askDatabricks("POST", "/api/2.0/dbfs/close", { handle: created.handle });
    const result = await step.run();
    assert.match(
      errors(result)[0]!,
      /names the test results dbfs:\/large.xml: could not read dbfs:\/large.xml: localhost:\d+ has a file there that is larger than 10 MB; write a smaller file/,
    );
  });

  it("succeeds if all tests were skipped and allowSkipped is true, and says in log and summary that they were", async () => {
    const tests = ["a", "b"].map((name) => ({ name, outcome: "skipped" }));
    await using step = await runNotebook({ "quality.py": python(exitsWith({ tests })) });
    const result = await step.run({ inputs: { allowSkipped: "true" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /quality: succeeded after .*: all of its 2 tests were skipped/);
    assert.match(await readFile(result.effects.summaries[0]!, "utf8"), /\| all 2 skipped \|/);
  });

  it("attaches no file of the agent that a notebook names in an attachment marker", async () => {
    const markers = hostileMarkup.filter(({ name }) => name.includes("attachment marker"));
    const output = markers.map(({ text }) => text.replace(/[\u0000-\u001f]/g, "")).join("\n");
    const xml = `<testsuite name="s"><system-out><![CDATA[${output}]]></system-out><testcase name="a"><system-out><![CDATA[[[ATTACHMENT|/etc/passwd]]]]></system-out>
      <system-err><![CDATA[${output}]]></system-err></testcase></testsuite>`;
    await using step = await runNotebook({
      "quality.py": python(exitsWith(xml)),
      "prints.py": python(exitsWith(output)),
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    const written = await readFile(result.effects.testResults[0]!.files[0]!, "utf8");
    assert.doesNotMatch(written.replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, ""), /\[\[attachment/i);
  });
});
