import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import { describeRun } from "./describe-run.ts";
import { matchesGolden } from "./golden.ts";

const fixtures = path.join(import.meta.dirname, "fixtures");

function read(content: string | Uint8Array) {
  return readJUnit(content, { file: "results.xml" });
}

/** The message of the error with which reading ends. */
function sentenceOf(content: string | Uint8Array): string {
  try {
    read(content);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail("it was read without complaint");
}

describe("JUnit reader", () => {
  for (const file of readdirSync(fixtures))
    it(`the JUnit reader reads ${file} as its golden result`, () => {
      const run = readJUnit(readFileSync(path.join(fixtures, file)), { file });
      matchesGolden(describeRun(run), file.replace(/\.xml$/, ".txt"));
    });

  const xml = (encoding: string) =>
    `<?xml version="1.0" encoding="${encoding}"?><testsuite name="s"><testcase name="Zürich"/></testsuite>`;
  const nameIn = (bytes: Uint8Array) => read(bytes).cases[0]?.name;

  it("the JUnit reader skips the byte order mark of UTF-8", () => {
    assert.equal(nameIn(Buffer.from(`\uFEFF${xml("utf-8")}`)), "Zürich");
  });
  it("the JUnit reader reads UTF-16 of either byte order by its byte order mark", () => {
    const littleEndian = Buffer.from(`\uFEFF${xml("UTF-16")}`, "utf16le");
    assert.equal(nameIn(littleEndian), "Zürich");
    assert.equal(nameIn(Buffer.from(littleEndian).swap16()), "Zürich");
  });
  it("the JUnit reader reads the encoding that the XML declaration names", () => {
    assert.equal(nameIn(Buffer.from(xml("ISO-8859-1"), "latin1")), "Zürich");
  });
  it("the JUnit reader refuses an unknown encoding by its name", () => {
    assert.equal(
      sentenceOf(Buffer.from(xml("EBCDIC-37"))),
      "Could not read results.xml, line 1: the encoding ebcdic-37 is not supported; write the results as UTF-8.",
    );
  });
  it("the JUnit reader shows a replacement character for bytes that are not UTF-8", () => {
    assert.equal(nameIn(Buffer.from(xml("UTF-8"), "latin1")), "Z\uFFFDrich");
  });

  it("the JUnit reader fails a case that has both a failure and a skip", () => {
    const xml =
      "<testsuite><testcase name='a'><skipped/><error/></testcase><testcase name='b'><failure/><skipped/></testcase></testsuite>";
    assert.deepEqual(
      read(xml).cases.map((testCase) => testCase.outcome),
      ["failed", "failed"],
    );
  });

  it("the JUnit reader keeps the failure of a case that contains another case or a suite", () => {
    for (const inner of ['<testcase name="b"/>', '<testsuite><testcase name="b"/></testsuite>'])
      assert.deepEqual(
        read(`<testsuite><testcase name="a"><failure/>${inner}</testcase></testsuite>`).cases.map(
          ({ name, outcome }) => [name, outcome],
        ),
        [
          ["a", "failed"],
          ["b", "passed"],
        ],
      );
  });

  it("the JUnit reader adds a failed case for a suite that failed itself, for example in its set-up", () => {
    const xml =
      "<testsuite name='s'><error message='no cluster'>trace</error><testcase name='a'/></testsuite>";
    assert.deepEqual(
      read(xml).cases.map(({ name, outcome, message, trace }) => [name, outcome, message, trace]),
      [
        ["s itself", "failed", "no cluster", "trace"],
        ["a", "passed", undefined, undefined],
      ],
    );
  });

  it("the JUnit reader keeps the output of a failed case in a suite that failed itself", () => {
    const xml =
      '<testsuite><error>set-up</error><testcase name="a"><failure>wrong</failure><system-out>rows</system-out></testcase></testsuite>';
    const [, testCase] = read(xml).cases;
    assert.deepEqual([testCase?.name, testCase?.output], ["a", "rows"]);
    assert.equal(read(xml).cases.length, 2);
  });

  it("the JUnit reader reads elements and attributes in any case and with any prefix", () => {
    const xml = `<J:TestSuites xmlns:J="urn:junit"><J:TestSuite Name="s"><J:TestCase NAME="a" className="c" TIME="2"><J:Skipped/></J:TestCase></J:TestSuite></J:TestSuites>`;
    assert.deepEqual(read(xml).cases, [
      { name: "a", className: "c", suite: ["s"], outcome: "skipped", durationSeconds: 2 },
    ]);
  });

  it("the JUnit reader reads a file that begins with a comment, an instruction, white space or a byte order mark", () => {
    for (const start of [
      "<!-- made by a tool -->",
      '<?xml-stylesheet href="a.xsl"?>',
      " \n\t",
      "\uFEFF",
      '<?xml version="1.0"?><!-- a --><?b c?>\n',
    ])
      assert.equal(read(`${start}<testsuite><testcase name="a"/></testsuite>`).cases.length, 1, start);
  });

  it("the JUnit reader reads a time that is not a number of seconds as 0", () => {
    for (const time of ["NaN", "Infinity", "1e300", "-1", "soon"])
      assert.equal(
        read(`<testsuite><testcase name="a" time="${time}"/></testsuite>`).cases[0]?.durationSeconds,
        0,
      );
  });

  it("the JUnit reader drops attachment markers from outputs", () => {
    for (const marker of [
      "[[ATTACHMENT|/etc/passwd]]",
      "[[ Attachment | /etc/passwd ]]",
      "[]]><![CDATA[[ATTACH]]><![CDATA[MENT|/etc/passwd]]",
      "[\u200B[ATTACHMENT|/etc/passwd] ]",
    ]) {
      const output = `<system-out><![CDATA[before\n${marker}\nafter]]></system-out>`;
      const run = read(
        `<testsuite name="s">${output}<testcase name="a">${output}${output.replaceAll("-out", "-err")}</testcase></testsuite>`,
      );
      assert.equal(run.cases[0]?.output, "before\nafter\nbefore\nafter", marker);
      assert.deepEqual(run.suiteOutputs, [{ suite: ["s"], output: "before\nafter" }], marker);
    }
  });

  it("the JUnit reader reads any elements in any order without losing all cases", () => {
    const names = [
      "testsuites",
      "testsuite",
      "testcase",
      "failure",
      "error",
      "skipped",
      "rerunFailure",
      "flakyError",
    ];
    const others = ["system-out", "stackTrace", "property", "properties", "other"];
    /** Each step closes some elements, then opens one with a text. */
    const step = fc.record({
      name: fc.constantFrom(...names, ...others),
      text: fc.string(),
      closed: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const open: string[] = [];
        let inner = "";
        for (const { name, text, closed } of steps) {
          for (const last of open.splice(Math.max(0, open.length - closed)).reverse()) inner += `</${last}>`;
          inner += `<${name} name="a"><![CDATA[${text.replaceAll("]]>", "")}]]>`;
          open.push(name);
        }
        for (const last of open.reverse()) inner += `</${last}>`;
        const { cases } = read(`<testsuite>${inner}</testsuite>`);
        assert.equal(cases.length > 0 || !/<(testcase|failure|error)\b/.test(inner), true);
      }),
    );
  });

  it("the JUnit reader reads broken bytes, or refuses them with a ResultsError", () => {
    const whole = readFileSync(path.join(fixtures, "surefire-reruns.xml"));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.uint8Array({ maxLength: 5 }), (at, bytes) => {
        const broken = Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + bytes.length)]);
        try {
          read(broken);
        } catch (error) {
          assert.equal((error as Error).name, "ResultsError", (error as Error).stack);
        }
      }),
    );
  });

  it("the JUnit reader keeps a message of several megabytes whole, in attributes and text", () => {
    const long = "x".repeat(5_000_000);
    const [testCase] = read(
      `<testsuite><testcase name="a"><failure message="${long}">${long}</failure></testcase></testsuite>`,
    ).cases;
    assert.equal(testCase?.message?.length, long.length);
    assert.equal(testCase?.trace?.length, long.length);
  });
});
