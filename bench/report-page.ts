// Measures how fast Chromium shows, searches and scrolls 5,000 cases in the report and in the results tab, and how long these pages are:
// npx tsx bench/report-page.ts
// A person notices 100 ms; https://web.dev/articles/inp recommends at most 200.
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { toJUnit } from "../shared/results/junit.ts";
import { htmlReport } from "../shared/results/report/html-report.ts";
import { statusRecord } from "../shared/results/status-record.ts";
import type { TestCase } from "../shared/results/test-case.ts";
import { openChromium, openPage } from "../test/pages/chromium.ts";
import { ResultsTabHost } from "../test/pages/results-tab-host.ts";

const cases = Array.from({ length: 5000 }, (_, index): TestCase => {
  const failed = index % 20 === 0;
  const suite = `tests.test_${index % 50}`;
  return {
    name: `case ${index}`,
    className: suite,
    suite: [suite],
    outcome: failed ? "failed" : "passed",
    durationSeconds: 0.1,
    ...(failed ? { message: `wrong ${index}`, trace: "line of a trace\n".repeat(30) } : {}),
  };
});

/** A script for the page. It measures the median time from a key or a scroll to the frame that shows its effect. */
const measure = `(async () => {
  const words = document.querySelector("input[type=search]");
  const shown = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const time = async (action) => {
    const start = performance.now();
    action();
    await shown();
    return performance.now() - start;
  };
  // React reads the value that the browser set, not one that a script assigned.
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const type = (value) => () => {
    setValue.call(words, value);
    words.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const median = (times) => Math.round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);
  const screens = Math.round((document.documentElement.scrollHeight / innerHeight) * 10) / 10;
  const typing = [];
  for (const value of ["c", "ca", "cas", "case 4", "case 49", "wrong", "wrong 7", ""]) typing.push(await time(type(value)));
  const scrolling = [];
  for (let y = 0; y < 100_000; y += 7_000) scrolling.push(await time(() => scrollTo(0, y)));
  return { typingMs: median(typing), scrollingMs: median(scrolling), screens };
})()`;

interface Measured {
  typingMs: number;
  scrollingMs: number;
  screens: number;
}

async function report(name: string, openMs: number, page: Page, size: string): Promise<void> {
  const { typingMs, scrollingMs, screens } = await page.evaluate<Measured>(measure);
  console.log(
    `${name}: 5,000 cases, ${size}: open in ${openMs.toFixed(0)} ms, ${screens} screens long; ${typingMs} ms for a key (limit 200), ${scrollingMs} ms for a scroll (limit 200)`,
  );
  if (typingMs > 200 || scrollingMs > 200) process.exitCode = 1;
}

const browser = await openChromium();
if (!browser) process.exit(1);
const folder = await mkdtemp(path.join(tmpdir(), "report-page-"));
const file = path.join(folder, "report.html");
await writeFile(file, htmlReport({ name: "many", cases }));
const host = await ResultsTabHost.start();
try {
  await (await openPage(browser, file)).page.context().close(); // the first page starts processes
  const start = performance.now();
  const { page } = await openPage(browser, file);
  const { size } = await stat(file);
  await report("report", performance.now() - start, page, `${(size / 1_000_000).toFixed(1)} MB`);

  const record = statusRecord(
    { name: "many", cases },
    {
      platform: "databricks",
      workspace: "https://adb-4711.7.azuredatabricks.net",
      run: { buildId: "9" },
      startedOn: "2026-03-02T09:14:05.000Z",
      finishedOn: "2026-03-02T09:15:05.000Z",
    },
  );
  await host.keep({ "9": [JSON.stringify(record)] });
  await host.keepFile("9", "notebooks.xml", toJUnit({ name: "many", cases }));
  const tab = await browser.newPage();
  const tabStart = performance.now();
  await tab.goto(host.url);
  await tab.locator(".result").first().waitFor();
  const openMs = performance.now() - tabStart;
  await tab.waitForLoadState("networkidle");
  await report(
    "results tab",
    openMs,
    tab,
    `a record of ${(JSON.stringify(record).length / 1_000_000).toFixed(1)} MB`,
  );
} finally {
  await browser.close();
  await host.stop();
  await rm(folder, { recursive: true });
}
