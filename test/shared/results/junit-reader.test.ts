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

  it("fails a run that counts failures and shows none", () => {
    const xml =
      "<testsuites><testsuite name='s' tests='3' failures='1' errors='1'><testcase name='a'/></testsuite></testsuites>";
    const [, unshown] = read(xml).cases;
    assert.equal(unshown?.outcome, "failed");
    assert.equal(
      unshown?.message,
      "results.xml counts 2 failed cases but shows none: look at the output of the tests.",
    );
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
        assert.equal(cases.length > 0, /<(testcase|failure|error)\b/.test(inner));
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
