// Measures how fast Chromium shows, searches and scrolls a report of 5,000 cases: npx tsx bench/report-page.ts
// A person notices 100 ms; https://web.dev/articles/inp recommends at most 200.
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { htmlReport } from "../shared/results/report/html-report.ts";
import type { TestCase } from "../shared/results/test-case.ts";
import { openChromium, openPage } from "../test/pages/chromium.ts";

const cases = Array.from({ length: 5000 }, (_, index): TestCase => {
  const failed = index % 20 === 0;
  return {
    name: `case ${index}`,
    className: `tests.test_${index % 50}`,
    outcome: failed ? "failed" : "passed",
    durationSeconds: 0.1,
    ...(failed ? { message: `wrong ${index}`, trace: "line of a trace\n".repeat(30) } : {}),
  };
});

/** A script for the page. It measures the median time from a key or a scroll to the frame that shows its effect. */
const measure = `(async () => {
  const words = document.querySelector("[name=words]");
  const shown = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const time = async (action) => {
    const start = performance.now();
    action();
    await shown();
    return performance.now() - start;
  };
  const type = (value) => () => {
    words.value = value;
    words.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const median = (times) => Math.round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);
  const typing = [];
  for (const value of ["c", "ca", "cas", "case 4", "case 49", "wrong", "wrong 7", ""]) typing.push(await time(type(value)));
  const scrolling = [];
  for (let y = 0; y < 100_000; y += 7_000) scrolling.push(await time(() => scrollTo(0, y)));
  return { typingMs: median(typing), scrollingMs: median(scrolling) };
})()`;

const browser = await openChromium();
if (!browser) process.exit(1);
const folder = await mkdtemp(path.join(tmpdir(), "report-page-"));
const file = path.join(folder, "report.html");
await writeFile(file, htmlReport({ name: "many", cases }));
const start = performance.now();
const { page } = await openPage(browser, file);
const openMs = performance.now() - start;
const { typingMs, scrollingMs } = await page.evaluate<{ typingMs: number; scrollingMs: number }>(measure);
await browser.close();
const { size } = await stat(file);
await rm(folder, { recursive: true });
console.log(
  `5,000 cases, ${(size / 1_000_000).toFixed(1)} MB: open in ${openMs.toFixed(0)} ms; ${typingMs} ms for a key (limit 200), ${scrollingMs} ms for a scroll (limit 200)`,
);
if (typingMs > 200 || scrollingMs > 200) process.exitCode = 1;
