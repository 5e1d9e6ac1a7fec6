import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { readJUnit } from "../../../shared/results/junit-reader.ts";

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

describe("JUnit reader and unreadable files", () => {
  it("the JUnit reader refuses an empty file in one sentence", () => {
    assert.equal(
      sentenceOf(" \n"),
      "Could not read results.xml: it is empty; check that the tests wrote their results and are not still running.",
    );
  });
  it("the JUnit reader refuses a file that ends in the middle, with the line", () => {
    const whole = readFileSync(path.join(fixtures, "surefire-reruns.xml"), "utf8");
    for (const length of [whole.length - 20, 3000, 900, 60])
      assert.match(
        sentenceOf(whole.slice(0, length)),
        /^Could not read results\.xml, line \d+: the file ends in the middle of its XML; .*\.$/,
      );
  });
  it("the JUnit reader refuses a sign-in page with and without a document type", () => {
    const sentence =
      "Could not read results.xml: it is an HTML page and not XML, probably a sign-in page or an error page; download the results again.";
    assert.equal(sentenceOf("<!DOCTYPE html><html><head><meta charset=utf-8>"), sentence);
    assert.equal(sentenceOf("<html><body>Sign in<br></body></html>"), sentence);
  });
  it("the JUnit reader refuses a document type, whatever it declares", () => {
    const bomb = '<?xml version="1.0"?>\n<!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<testsuite/>';
    assert.match(
      sentenceOf(bomb),
      /^Could not read results\.xml, line 2: a document type \(DOCTYPE\) is refused/,
    );
  });
  it("the JUnit reader refuses an entity that XML does not define", () => {
    assert.match(
      sentenceOf("<testsuite>\n<testcase name='&file;'/></testsuite>"),
      /^Could not read results\.xml, line 2: .*entity/,
    );
  });
  it("the JUnit reader refuses another format by its root element", () => {
    assert.equal(
      sentenceOf('<test-run id="2"/>'),
      "Could not read results.xml, line 1: the root element is <test-run> and not <testsuites> or <testsuite>; write the results as JUnit XML.",
    );
  });
  it("the JUnit reader refuses text that is not XML, with the line", () => {
    assert.match(
      sentenceOf("<testsuite>\n<testcase name=x/>\n</testsuite>"),
      /^Could not read results\.xml, line 2: it is not valid XML/,
    );
    assert.match(sentenceOf("PASSED"), /^Could not read results\.xml, line 1: it is not valid XML/);
  });
  it("the JUnit reader refuses more than 256 MB", () => {
    assert.throws(() => readJUnit(new Uint8Array(256 * 1024 * 1024 + 1), { file: "results.xml" }), {
      name: "ResultsError",
      message:
        "Could not read results.xml: it is 257 MB, and at most 256 MB are read; write the results to several files.",
    });
  });
  it("the JUnit reader refuses elements that are nested more than 100 deep", () => {
    assert.match(
      sentenceOf("<testsuite>".repeat(100_000)),
      /^Could not read results\.xml, line 1: its elements are nested more than 100 levels deep/,
    );
  });
});
