// node scripts/screenshots.mjs: draws the HTML report of a sample run into images/report.png, the results tab of a sample release into
// images/results-tab.png, and the timeline of a streaming test into images/streaming-test.png, by a Chromium that is installed on the
// machine (CHROMIUM names another than /usr/bin/chromium).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { register } from "tsx/esm/api";
import { root } from "./setup.mjs";

register();
const { htmlReport } = await import("../shared/results/report/html-report.ts");
const { weatherCluster, weatherRun } = await import("../test/shared/results/weather-run.ts");

const { streamingRun } = await import("../test/shared/results/streaming-run.ts");

const largestBytes = 210_000;

const folder = await mkdtemp(path.join(tmpdir(), "screenshots-"));
const file = path.join(folder, "report.html");
const origin = {
  number: "20260302.4",
  branch: "main",
  commit: "1f0c9e2a77aa",
  startedBy: "Ada Lovelace (a push)",
};
await writeFile(
  file,
  htmlReport(weatherRun(), { cluster: weatherCluster(), environment: "staging", origin }),
);
const streamingFile = path.join(folder, "streaming.html");
await writeFile(streamingFile, htmlReport(streamingRun(), {}));

const host = spawn(
  process.execPath,
  [path.join(root, "scripts", "results-tab.mjs"), "--sample", "--port", "0"],
  {
    stdio: ["ignore", "pipe", "inherit"],
  },
);
const [firstLine] = await once(createInterface({ input: host.stdout }), "line");
const [tabUrl] = firstLine.match(/http:\/\/\S+/);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});

async function draw(name, url, shown, { hidden = ".development", height = 900 } = {}) {
  const picture = path.join(root, "images", name);
  const page = await browser.newPage({ viewport: { width: 980, height } });
  await page.goto(url);
  await page.locator(shown).waitFor();
  // In Azure DevOps there is no bar of the development host.
  await page.screenshot({ path: picture, fullPage: true, style: `${hidden} { display: none }` });
  const { size } = await stat(picture);
  console.log(`images/${name}: ${Math.round(size / 1000)} kB`);
  if (size > largestBytes)
    throw new Error(`Could not keep images/${name} below ${largestBytes} bytes: it is ${size}; draw less.`);
}

try {
  await draw("report.png", pathToFileURL(file).href, ".results");
  await draw("streaming-test.png", pathToFileURL(streamingFile).href, ".timeline", {
    hidden: ".results, footer",
    height: 600,
  });
  // With all versions and notebooks, the picture would be too large.
  const others = ".release tbody tr:nth-child(n + 3), .older, .history tbody tr:nth-child(n + 3)";
  await draw("results-tab.png", tabUrl, ".history", { hidden: `.development, ${others}` });
} finally {
  await browser.close();
  host.kill();
  await rm(folder, { recursive: true });
}
