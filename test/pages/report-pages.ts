import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import type { TestCase } from "../../shared/results/test-case.ts";
import type { TestOutcome } from "../../shared/results/test-outcome.ts";
import type { TestResults } from "../../shared/results/test-results.ts";
import { openChromium, openPage } from "./chromium.ts";

/** Starts Chromium for the tests of a describe block, or skips them without it. @returns a function that opens an HTML report */
export function useReportPages() {
  let browser: Browser | undefined;
  let folder: string | undefined;
  before(async function () {
    browser = await openChromium();
    if (!browser) return this.skip();
    folder = mkdtempSync(path.join(tmpdir(), "report-"));
  });
  // A page that stays open goes on painting.
  afterEach(() => Promise.all((browser?.contexts() ?? []).map((context) => context.close())));
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });
  return (html: string, options: BrowserContextOptions = {}) => {
    const file = path.join(folder!, `${Math.random()}.html`);
    writeFileSync(file, html);
    return openPage(browser!, file, options);
  };
}

/** The results of many cases, in 50 classes. Failed ones have a message and a trace. */
export function runOf(count: number, outcomeOf: (index: number) => TestOutcome): TestResults {
  const cases = Array.from({ length: count }, (_, index): TestCase => {
    const outcome = outcomeOf(index);
    return {
      name: `case ${index}`,
      className: `tests.test_${index % 50}`,
      outcome,
      durationSeconds: 0.1,
      ...(outcome === "failed" ? { message: `wrong ${index}`, trace: "line of a trace\n".repeat(30) } : {}),
    };
  });
  return { name: "many", cases };
}
