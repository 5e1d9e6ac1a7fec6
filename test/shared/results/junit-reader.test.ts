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

/** The sentence that reading ends with. */
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
    it(`reads ${file} as its golden result`, () => {
      const run = readJUnit(readFileSync(path.join(fixtures, file)), { file });
      matchesGolden(describeRun(run), file.replace(/\.xml$/, ".txt"));
    });

  describe("encodings", () => {
    const xml = (encoding: string) =>
      `<?xml version="1.0" encoding="${encoding}"?><testsuite name="s"><testcase name="Zürich"/></testsuite>`;
    const nameIn = (bytes: Uint8Array) => read(bytes).cases[0]?.name;

    it("skips the byte order mark of UTF-8", () => {
      assert.equal(nameIn(Buffer.from(`\uFEFF${xml("utf-8")}`)), "Zürich");
    });
    it("reads UTF-16 by its byte order mark, either way round", () => {
      const littleEndian = Buffer.from(`\uFEFF${xml("UTF-16")}`, "utf16le");
      assert.equal(nameIn(littleEndian), "Zürich");
      assert.equal(nameIn(Buffer.from(littleEndian).swap16()), "Zürich");
    });
    it("reads the encoding that the XML declaration names", () => {
      assert.equal(nameIn(Buffer.from(xml("ISO-8859-1"), "latin1")), "Zürich");
    });
    it("names an encoding that it does not know", () => {
      assert.equal(
        sentenceOf(Buffer.from(xml("EBCDIC-37"))),
        "results.xml, line 1: the encoding ebcdic-37 is not supported: write the results as UTF-8.",
      );
    });
    it("shows a replacement character for bytes that are no UTF-8", () => {
      assert.equal(nameIn(Buffer.from(xml("UTF-8"), "latin1")), "Z\uFFFDrich");
    });
  });

  describe("refuses, in one sentence", () => {
    it("an empty file", () => {
      assert.equal(
        sentenceOf(" \n"),
        "results.xml is empty: the producer of the results wrote nothing or is still running.",
      );
    });
    it("a file that ends in the middle", () => {
      const whole = readFileSync(path.join(fixtures, "surefire-reruns.xml"), "utf8");
      for (const length of [whole.length - 20, 3000, 900, 60])
        assert.match(
          sentenceOf(whole.slice(0, length)),
          /^results\.xml, line \d+: the file ends in the middle of its XML: .*\.$/,
        );
    });
    it("a sign-in page, with and without a document type", () => {
      const sentence =
        "results.xml is an HTML page, not XML: a sign-in or error page was probably saved in place of the results.";
      assert.equal(sentenceOf("<!DOCTYPE html><html><head><meta charset=utf-8>"), sentence);
      assert.equal(sentenceOf("<html><body>Sign in<br></body></html>"), sentence);
    });
    it("a document type, whatever it declares", () => {
      const bomb = '<?xml version="1.0"?>\n<!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<testsuite/>';
      assert.match(sentenceOf(bomb), /^results\.xml, line 2: a document type \(DOCTYPE\) is refused/);
    });
    it("an entity that XML does not define", () => {
      assert.match(
        sentenceOf("<testsuite>\n<testcase name='&file;'/></testsuite>"),
        /^results\.xml, line 2: .*entity/,
      );
    });
    it("another format, by its root", () => {
      assert.equal(
        sentenceOf('<test-run id="2"/>'),
        "results.xml, line 1: the root element is <test-run>, where JUnit XML has <testsuites> or <testsuite>: write the results in the JUnit format.",
      );
    });
    it("text that is no XML, with the line", () => {
      assert.match(
        sentenceOf("<testsuite>\n<testcase name=x/>\n</testsuite>"),
        /^results\.xml, line 2: this is not valid XML/,
      );
      assert.match(sentenceOf("PASSED"), /^results\.xml, line 1: this is not valid XML/);
    });
    it("more than 256 MB", () => {
      assert.throws(() => readJUnit(new Uint8Array(256 * 1024 * 1024 + 1), { file: "results.xml" }), {
        name: "ResultsError",
        message:
          "results.xml has 257 MB, more than the 256 MB that are read: write the results to several files.",
      });
    });
    it("nesting without end", () => {
      assert.match(
        sentenceOf("<testsuite>".repeat(100_000)),
        /^results\.xml, line 1: elements are nested more than 100 deep/,
      );
    });
  });

  it("fails a case that has both a failure and a skip", () => {
    const xml =
      "<testsuite><testcase name='a'><skipped/><error/></testcase><testcase name='b'><failure/><skipped/></testcase></testsuite>";
    assert.deepEqual(
      read(xml).cases.map((testCase) => testCase.outcome),
      ["failed", "failed"],
    );
  });

  it("loses no failure of a case in which another one begins, or a suite", () => {
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

  it("fails a suite that failed itself, as where its set-up did", () => {
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

  it("keeps what a case put out after its failure, in a suite that failed itself before", () => {
    const xml =
      '<testsuite><error>set-up</error><testcase name="a"><failure>wrong</failure><system-out>rows</system-out></testcase></testsuite>';
    const [, testCase] = read(xml).cases;
    assert.deepEqual([testCase?.name, testCase?.output], ["a", "rows"]);
    assert.equal(read(xml).cases.length, 2);
  });

  describe("counts", () => {
    /** The messages of the cases that stand for a suite or the run itself. */
    const problems = (xml: string) =>
      read(xml)
        .cases.filter(({ name }) => name.endsWith(" itself"))
        .map(({ outcome, message }) => `${outcome}: ${message?.replace(/; run the tests again.*$/, "")}`);
    const suite = (attributes: string, inner: string) =>
      `<testsuite name="s" ${attributes}>${inner}</testsuite>`;
    const one = '<testcase name="a"/>';

    it("that a suite lists is no problem, nor is listing more", () => {
      for (const xml of [
        suite('tests="1" failures="0" errors="0"', one),
        suite('tests=""', one),
        suite('tests="0"', one),
        suite('tests="1" failures="1"', '<testcase name="a"><failure/></testcase>'),
        suite('tests="1" failures="1" errors="1"', '<testcase name="a"><failure/><error/></testcase>'),
        suite('tests="1" failures="1"', '<testcase name="a" status="failed"/>'),
        suite('tests="1" failures="1"', '<testcase name="a"><flakyFailure/></testcase>'),
        suite('tests="2"', suite('tests="2"', one + one)),
        suite('tests="3" skipped="2"', one),
        `<testsuites tests="3" skipped="2">${suite('tests="2"', one)}${suite('tests="1"', "")}</testsuites>`,
      ])
        assert.deepEqual(problems(xml), [], xml);
    });
    const wrong: [what: string, xml: string, ...expected: string[]][] = [
      [
        "fail a suite that lists fewer tests",
        suite('tests="3"', one),
        "failed: results.xml: the suite s counts 3 tests but lists 1",
      ],
      [
        "fail a run that lists fewer tests",
        `<testsuites tests="3">${suite("", one)}</testsuites>`,
        "failed: results.xml: the run counts 3 tests but lists 1",
      ],
      [
        "fail a nested suite that lists fewer tests, and tell it once",
        `<testsuites tests="3">${suite('tests="3"', suite('tests="3"', one))}</testsuites>`,
        "failed: results.xml: the suite s counts 3 tests but lists 1",
      ],
      [
        "do not take the failure of a suite itself for one of its tests",
        suite('tests="1" errors="1"', '<error message="set-up"/>'),
        "failed: set-up",
        "failed: results.xml: the suite s counts 1 tests but lists 0",
      ],
      [
        "fail a suite that shows fewer failures",
        suite(
          'tests="2" failures="1" errors="1"',
          '<testcase name="a"><failure/></testcase><testcase name="b"/>',
        ),
        "failed: results.xml: the suite s counts 2 failures but shows 1",
      ],
      [
        "fail a suite of which more are missing than were skipped",
        suite('tests="3" skipped="1"', one),
        "failed: results.xml: the suite s counts 3 tests but lists 1",
      ],
      [
        "fail a suite if more are missing in all of them than were skipped",
        `<testsuites skipped="1">${suite('tests="2"', one)}<testsuite name="t" tests="2">${one}</testsuite></testsuites>`,
        "failed: results.xml: the suite t counts 2 tests but lists 1",
      ],
      [
        "fail a nested suite that shows fewer failures, and tell it once",
        `<testsuites failures="1">${suite('failures="1"', suite('failures="1"', one))}</testsuites>`,
        "failed: results.xml: the suite s counts 1 failures but shows 0",
      ],
      [
        "fail a suite whose skipped tests are listed and others are not",
        suite('tests="3" skipped="1"', `${one}<testcase name="b"><skipped/></testcase>`),
        "failed: results.xml: the suite s counts 3 tests but lists 2",
      ],
      [
        "fail a suite whose counts are not numbers",
        suite('tests="many" failures="-1" errors="1e3"', one),
        'failed: results.xml: the suite s counts tests="many", which is not a number',
        'failed: results.xml: the suite s counts failures="-1", which is not a number',
        'failed: results.xml: the suite s counts errors="1e3", which is not a number',
      ],
      [
        "fail a run of pytest that lists no test",
        `<testsuites name="pytest tests"><testsuite name="pytest" tests="3" hostname="h" timestamp="2026-03-02T09:14:00"></testsuite></testsuites>`,
        "failed: results.xml: the suite pytest counts 1 tests but lists 0",
      ],
    ];

    for (const [what, xml, ...expected] of wrong) it(what, () => assert.deepEqual(problems(xml), expected));
  });

  describe("outcome of a case", () => {
    const outcomeOf = (attributes: string, inner = "") => {
      const [testCase] = read(
        `<testsuite><testcase name="a" ${attributes}>${inner}</testcase></testsuite>`,
      ).cases;
      return [testCase!.outcome, testCase!.message] as const;
    };
    const known: [outcome: string, ...attributes: string[]][] = [
      [
        "passed",
        "",
        'status=""',
        'status="passed"',
        'status="PASSED"',
        'result="pass"',
        'status="run"',
        'status="run" result="completed"',
      ],
      ["passed", 'executed="True" result="Success" success="True"', 'outcome="OK"', 'Status="Run"'],
      [
        "skipped",
        'status="notrun"',
        'status="notrun" result="suppressed"',
        'status="run" result="skipped"',
        'status="not_run"',
      ],
      [
        "skipped",
        'status="disabled"',
        'executed="False" result="Ignored"',
        'status="pending"',
        'result="filtered"',
      ],
      [
        "failed",
        'status="fail"',
        'status="FAILED"',
        'result="Error"',
        'status="run" result="failure"',
        'status="passed" result="failed"',
      ],
    ];

    for (const [outcome, ...all] of known)
      for (const attributes of all)
        it(`is ${outcome} with ${attributes || "nothing said"}`, () =>
          assert.equal(outcomeOf(attributes)[0], outcome));

    for (const attributes of [
      ...[
        "timeout",
        "aborted",
        "crashed",
        "interrupted",
        "cancelled",
        "unknown",
        "passed?",
        "no",
        "1",
        "__proto__",
        "constructor",
      ].map((word) => `status="${word}"`),
      'status="run" result="timeout"',
      'RESULT="aborted"',
      'outcome="timeout"',
      'x:status="timeout"',
    ])
      it(`is failed with ${attributes}, and says why`, () => {
        const [outcome, message] = outcomeOf(attributes);
        assert.equal(outcome, "failed");
        assert.match(message!, /^The results give [a-z]+="[^"]+", which is not a known success\.$/);
      });

    for (const attributes of ['success="False"', 'passed="false"', 'success="0"'])
      it(`is failed with ${attributes}`, () => assert.equal(outcomeOf(attributes)[0], "failed"));

    for (const element of ["failure", "FAILURE", "Error", "ns:failure", "NS:Error"])
      it(`is failed with the element ${element}, and its message`, () =>
        assert.deepEqual(outcomeOf("", `<${element} message="2 days">trace</${element}>`), [
          "failed",
          "2 days",
        ]));

    for (const element of [
      "timeout",
      "aborted",
      "crash",
      "Timeout",
      "ns:crash",
      "warning",
      "a:b:failure",
      "fail",
      "constructor",
    ])
      it(`is failed with the unknown element ${element}, and says so`, () =>
        assert.deepEqual(outcomeOf("", `<${element} message="after 5 s"/>`), [
          "failed",
          `The results have an element <${element}>, which is not a known part of a success: after 5 s`,
        ]));

    it("is not changed by elements that describe it", () => {
      const inner = `<properties><property name="a" value="b"><![CDATA[c]]></property></properties><system-out>d</system-out><traits/>`;
      assert.deepEqual(outcomeOf("", inner), ["passed", undefined]);
    });

    for (const [what, xml] of Object.entries({
      "an unknown element of the suite": "<testsuite name='s'><crash/><testcase name='a'/></testsuite>",
      "the suite's own status": "<testsuite name='s' status='aborted'><testcase name='a'/></testsuite>",
      "a failure of the whole run":
        "<testsuites><error/><testsuite name='s'><testcase name='a'/></testsuite></testsuites>",
    }))
      it(`is followed by a failed case for ${what}`, () =>
        assert.equal(read(xml).cases.filter(({ outcome }) => outcome === "failed").length, 1));
  });

  it("reads elements and attributes in any case and with any prefix", () => {
    const xml = `<J:TestSuites xmlns:J="urn:junit"><J:TestSuite Name="s"><J:TestCase NAME="a" className="c" TIME="2"><J:Skipped/></J:TestCase></J:TestSuite></J:TestSuites>`;
    assert.deepEqual(read(xml).cases, [
      { name: "a", className: "c", suite: ["s"], outcome: "skipped", durationSeconds: 2 },
    ]);
  });

  it("reads what begins with a comment, an instruction, white space or a byte order mark", () => {
    for (const start of [
      "<!-- made by a tool -->",
      '<?xml-stylesheet href="a.xsl"?>',
      " \n\t",
      "\uFEFF",
      '<?xml version="1.0"?><!-- a --><?b c?>\n',
    ])
      assert.equal(read(`${start}<testsuite><testcase name="a"/></testsuite>`).cases.length, 1, start);
  });

  it("takes no time that is no number of seconds", () => {
    for (const time of ["NaN", "Infinity", "1e300", "-1", "soon"])
      assert.equal(
        read(`<testsuite><testcase name="a" time="${time}"/></testsuite>`).cases[0]?.durationSeconds,
        0,
      );
  });

  it("drops the attachments that output names", () => {
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

  it("reads any elements in any order, or says in a sentence why not", () => {
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
    /** Each step opens an element with some text, after closing as many as it says. */
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

  it("answers to broken bytes with cases or a sentence", () => {
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

  it("keeps a message of megabytes whole, in attributes and text", () => {
    const long = "x".repeat(5_000_000);
    const [testCase] = read(
      `<testsuite><testcase name="a"><failure message="${long}">${long}</failure></testcase></testsuite>`,
    ).cases;
    assert.equal(testCase?.message?.length, long.length);
    assert.equal(testCase?.trace?.length, long.length);
  });
});
