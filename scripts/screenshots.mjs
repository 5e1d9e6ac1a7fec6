// node scripts/screenshots.mjs: draws the HTML report of a sample run into images/report.png, by a Chromium that is installed on the
// machine (CHROMIUM names another than /usr/bin/chromium).
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { register } from "tsx/esm/api";
import { root } from "./setup.mjs";

register();
const { htmlReport } = await import("../shared/results/report/html-report.ts");
const { weatherCluster, weatherRun } = await import("../test/shared/results/weather-run.ts");

const LARGEST_BYTES = 200_000;
const picture = path.join(root, "images", "report.png");

const folder = await mkdtemp(path.join(tmpdir(), "screenshots-"));
const file = path.join(folder, "report.html");
await writeFile(file, htmlReport(weatherRun(), { cluster: weatherCluster(), environment: "staging" }));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
await page.goto(pathToFileURL(file).href);
await page.screenshot({ path: picture, fullPage: true });
await browser.close();
await rm(folder, { recursive: true });

const { size } = await stat(picture);
console.log(`images/report.png: ${Math.round(size / 1000)} kB`);
if (size > LARGEST_BYTES) throw new Error(`images/report.png has ${size} bytes, more than ${LARGEST_BYTES}.`);
