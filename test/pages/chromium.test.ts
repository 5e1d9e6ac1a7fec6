import assert from "node:assert/strict";
import { findChromium } from "./chromium.ts";

describe("the browser for the tests of pages", () => {
  it("the browser for page tests is the first of the candidates that exists", () => {
    const found = findChromium([undefined, "", "/no/such/file", process.execPath, "/"], { CI: "true" });
    assert.equal(found, process.execPath);
  });

  for (const CI of ["true", "True", "1"])
    it(`the browser for page tests is required if CI=${CI}`, () => {
      assert.throws(
        () => findChromium(["/no/such/file"], { CI }),
        /^Error: Could not run the tests of pages: no Chromium was found; install it with scripts\/ci-chromium\.sh, or name it in the variable CHROMIUM\.$/,
      );
    });

  for (const CI of [undefined, "", "false", "0"])
    it(`the browser for page tests is optional with a warning if ${CI === undefined ? "CI is not set" : `CI=${CI}`}`, () => {
      const warn = console.warn;
      const warnings: string[] = [];
      console.warn = (text: string) => void warnings.push(text);
      try {
        assert.equal(findChromium(["/no/such/file"], { CI }), undefined);
      } finally {
        console.warn = warn;
      }
      assert.deepEqual(warnings, [
        "Skipped the tests of pages: no Chromium was found; install it with scripts/ci-chromium.sh, or name it in the variable CHROMIUM.",
      ]);
    });
});
