import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readTests } from "../../local/agent/publish/published-tests.ts";

const common = { durationMs: 1500, className: "C" };
const failed = { ...common, name: "b", outcome: "failed", message: "no", trace: "at b" };

/**
 * The same three tests in each format. What is read of them is what the agent's readers read
 * (src/Agent.Worker/TestResults/Legacy/*ResultReader.cs of microsoft/azure-pipelines-agent).
 */
const formats: Record<string, string> = {
  JUnit: `<testsuites><testsuite><testcase classname="C" name="a" time="1.5"/>
    <testcase classname="C" name="b" time="1.5"><failure message="no">at b</failure></testcase>
    <testsuite><testcase classname="C" name="c" time="1.5"><skipped/></testcase></testsuite></testsuite></testsuites>`,
  NUnit: `<test-run><test-suite type="Assembly"><test-case name="a" fullname="C.a" duration="1.5" result="Passed"><failure/></test-case>
    <test-suite type="TestFixture"><test-case name="b" fullname="C.b" duration="1.5" result="Failed"><failure><message>no</message>
    <stack-trace>at b</stack-trace></failure></test-case><test-case name="c" fullname="C.c" duration="1.5" result="Skipped"/></test-suite>
    </test-suite></test-run>`,
  xUnit: `<assemblies><assembly><collection><test type="C" method="a" time="1.5" result="Pass"/><test type="C" method="b" time="1.5" result="Fail">
    <failure><message>no</message><stack-trace>at b</stack-trace></failure></test><test type="C" method="c" time="1.5" result="Skip"/>
    </collection></assembly></assemblies>`,
  VSTest: `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><TestDefinitions>
    <UnitTest id="1"><TestMethod className="C, Assembly, Version=1.0" name="a"/></UnitTest></TestDefinitions><Results>
    <UnitTestResult testId="1" testName="a" duration="00:00:01.5" outcome="Passed"/><UnitTestResult testId="1" testName="b" duration="00:00:01.5">
    <Output><ErrorInfo><Message>no</Message><StackTrace>at b</StackTrace></ErrorInfo></Output></UnitTestResult>
    <UnitTestResult testId="1" testName="c" duration="00:00:01.5" outcome="NotExecuted"/></Results></TestRun>`,
};

describe("the formats of test results", () => {
  let file: string;
  before(() => {
    file = path.join(mkdtempSync(path.join(tmpdir(), "notebook-ops-test-")), "results.xml");
  });
  after(() => rmSync(path.dirname(file), { recursive: true }));

  for (const [format, xml] of Object.entries(formats))
    it(`test results of the format ${format} have their tests, outcomes, messages and times`, async () => {
      writeFileSync(file, xml);
      const { cases } = await readTests("Tests", [file], format.toLowerCase());
      assert.deepEqual(cases, [
        { ...common, name: "a", outcome: "passed" },
        failed,
        { ...common, name: "c", outcome: "skipped" },
      ]);
    });

  it("test results of an older NUnit have their tests and outcomes", async () => {
    writeFileSync(
      file,
      '<test-results><test-suite><results><test-case name="a" time="1"/><test-case name="b" result="Ignored"/></results></test-suite></test-results>',
    );
    const { cases } = await readTests("Tests", [file], "NUnit");
    assert.deepEqual(
      cases.map(({ name, outcome }) => [name, outcome]),
      [
        ["a", "passed"],
        ["b", "skipped"],
      ],
    );
  });

  it("test results of another format than they are said to have cannot be read", async () => {
    writeFileSync(file, formats.JUnit!);
    await assert.rejects(readTests("Tests", [file], "NUnit"), {
      message: `Could not read the test results ${file}: it is not a NUnit file; publish NUnit XML files.`,
    });
    await assert.rejects(readTests("Tests", [file], "CTest"), {
      message:
        "Could not publish test results of the format CTest: the local agent reads only JUnit, NUnit, xUnit, VSTest; publish JUnit files.",
    });
  });
});
