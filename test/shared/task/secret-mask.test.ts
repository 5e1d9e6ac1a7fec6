import assert from "node:assert/strict";
import fc from "fast-check";
import { maskTexts, SecretMask } from "../../../shared/task/secret-mask.ts";
import { secretIn } from "../../harness/secrets.ts";
import { formsOf } from "../../hostile/texts.ts";

const secret = "p@ss \"w<ö>rd' & \\\\1%+/😀\ttab";
const maskOf = (...secrets: string[]) => new SecretMask(() => secrets);

describe("the mask of what leaves a task past the log", () => {
  for (const form of formsOf(secret))
    it(`the secret mask replaces a secret written as ${form}`, () => {
      const masked = maskOf(secret).mask(`before ${form} after`);
      assert.equal(secretIn(masked, secret), undefined, masked);
      assert.match(masked, /^before \S*\*\*\*\S* after$/);
    });

  it("the secret mask replaces a secret that is escaped again and again", () => {
    const json = (text: string) => JSON.stringify(text);
    const url = (text: string) => encodeURIComponent(text);
    const html = (text: string) =>
      text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
    for (const first of [json, url, html])
      for (const again of [json, url, html])
        assert.equal(secretIn(maskOf(secret).mask(again(first(secret))), secret), undefined);
  });

  it("the secret mask replaces each line of a secret that has several", () => {
    const masked = maskOf("first line\nsecond line").mask("a second line, a first line");
    assert.equal(masked, "a ***, a ***");
  });

  it("the secret mask replaces the longer of two secrets if one begins with the other", () => {
    assert.equal(maskOf("hunter2", "hunter2-and-more").mask("hunter2-and-more hunter2"), "*** ***");
  });

  it("the secret mask leaves short values in a document, whose own words they could be, and those of two characters everywhere", () => {
    const mask = maskOf("test", "no");
    assert.equal(mask.mask("a test, no more"), "a ***, no more");
    assert.equal(mask.mask("a test, no more", { shortest: 6 }), "a test, no more");
  });

  it("the secret mask notices a secret that becomes known later", () => {
    let known = ["first-secret"];
    const mask = new SecretMask(() => known);
    assert.equal(mask.mask("first-secret second-secret"), "*** second-secret");
    known = [...known, "second-secret"];
    assert.equal(mask.mask("first-secret second-secret"), "*** ***");
  });

  it("the secret mask finds every secret in every encoding, at every place", () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    const hidden = fc
      .string({ unit: "grapheme", minLength: 6, maxLength: 20 })
      .filter((value) => value.trim().length >= 6);
    fc.assert(
      fc.property(text, hidden, text, fc.nat(100), (before, value, after, at) => {
        const forms = formsOf(value);
        const masked = maskOf(value).mask(before + forms[at % forms.length] + after);
        assert.ok(!masked.includes(value.trim()), masked);
      }),
    );
  });

  it("the secret mask leaves a text that is not secret unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!text.includes("hunter2-hunter2"));
        assert.equal(maskOf("hunter2-hunter2").mask(text), text);
      }),
    );
  });
});

describe("a value with its texts masked", () => {
  const masked = (value: unknown) => maskTexts(value, (text) => text.replaceAll("failed", "***"));

  it("masking a value keeps its form, its dates and the words that mean something to its readers", () => {
    const date = new Date(0);
    assert.deepEqual(
      masked([{ outcome: "failed", name: "it failed", on: date, of: [1, null, true, "failed"] }]),
      [{ outcome: "failed", name: "it ***", on: date, of: [1, null, true, "***"] }],
    );
  });

  it("masking a value masks the names of properties that others chose", () => {
    assert.deepEqual(masked({ properties: { failed: "x", outcome: "failed" } }), {
      properties: { "***": "x", outcome: "***" },
    });
  });
});
