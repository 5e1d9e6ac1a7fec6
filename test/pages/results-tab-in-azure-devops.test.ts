import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import { htmlReportType } from "../../shared/results/report/report-type.ts";
import { statusRecordType } from "../../shared/results/status-record.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { recordOf } from "../shared/results/status-record-of.ts";
import { weatherRun } from "../shared/results/weather-run.ts";
import { openRunPage } from "./azure-devops-page.ts";
import { openChromium } from "./chromium.ts";

const project = "00000000-0000-4000-8000-000000000001";
const builder = path.join(import.meta.dirname, "..", "..", "scripts", "build", "results-tab.mjs");

/** A build as the page of a run passes it to its tabs. The status is 1 for in progress, 2 for completed. */
function pageBuild(id: number, status: 1 | 2 = 2) {
  return { id, buildNumber: `20260302.${id}`, definition: { id: 12 }, project: { id: project }, status };
}

/** Adds a run of the pipeline, with status records that its steps attached. */
function addRun({ emulator }: TestWorkspace, id: number, records: string[], isCompleted = true): void {
  const { builds } = emulator.azureDevOps;
  builds.start({
    id,
    number: `20260302.${id}`,
    definition: { id: 12, name: "weather" },
    planId: `plan-${id}`,
    sourceBranch: "refs/heads/main",
    sourceVersion: "0".repeat(40),
    reason: "manual",
    repository: { id: "weather", name: "weather", type: "TfsGit" },
  });
  for (const [index, record] of records.entries())
    attach({ emulator }, id, { type: statusRecordType, name: `notebooks-${index}.json`, content: record });
  if (isCompleted) builds.finish(id, "succeeded");
}

function attach(
  { emulator }: Pick<TestWorkspace, "emulator">,
  id: number,
  { type, name, content }: { type: string; name: string; content: string },
): void {
  const { builds } = emulator.azureDevOps;
  const place = { timelineId: "timeline", recordId: "record" };
  builds.attach(builds.get(String(id)), { ...place, type, name, content: Buffer.from(content) });
}

describe("results tab in a page of Azure DevOps", () => {
  let browser: Browser;
  let files: Record<string, string>;

  before(async function () {
    const opened = await openChromium();
    if (!opened) return this.skip();
    browser = opened;
    const { resultsTabFiles } = (await import(pathToFileURL(builder).href)) as {
      resultsTabFiles(): Promise<Record<string, string>>;
    };
    files = await resultsTabFiles();
  });
  afterEach(() => Promise.all(browser?.contexts().map((context) => context.close()) ?? []));
  after(() => browser?.close());

  /** Opens the tab of a run in its page. */
  async function openTab(workspace: TestWorkspace, build: object, theme?: Record<string, string>) {
    const opened = await openRunPage(browser, { emulator: workspace.emulator, files, build, theme });
    return { ...opened, tab: opened.page.frameLocator("iframe") };
  }

  it("the results tab in Azure DevOps shows the records of the run, and the history of its notebooks", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 7, [JSON.stringify(recordOf())]);
    addRun(workspace, 8, []);
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    const { page, tab, problems } = await openTab(workspace, pageBuild(9));
    await tab.locator(".history tbody tr").first().waitFor();
    assert.match(await tab.locator("h1").innerText(), /20260302\.9/);
    assert.match(await tab.locator(".sentence").innerText(), /^2 of 6 failed/);
    const runs = tab.locator(".history .run");
    assert.deepEqual(await runs.allInnerTexts(), ["20260302.7", "20260302.9"]);
    const link = runs.first().getByRole("link");
    assert.match((await link.getAttribute("href"))!, /_build\/results\?buildId=7$/);
    assert.equal(await link.getAttribute("target"), "_blank");
    assert.equal(await page.evaluate("loaded"), "succeeded");
    assert.deepEqual(problems, []);
  });

  it("the results tab in Azure DevOps sends requests to the organization only, with the token of the page", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    const { tab, requests } = await openTab(workspace, pageBuild(9));
    await tab.locator("header.page").waitFor();
    const { collectionUrl, accessToken } = workspace.emulator.azureDevOps;
    assert.ok(requests.length >= 2);
    for (const { url, authorization } of requests) {
      assert.ok(url.startsWith(`${collectionUrl}/${project}/_apis/build/builds`), url);
      assert.equal(authorization, `Bearer ${accessToken}`);
    }
  });

  it("the results tab in Azure DevOps reads the attachments again when the build changes", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [], false);
    const { tab, change } = await openTab(workspace, pageBuild(9, 1));
    await tab.getByText("No notebook results yet").waitFor();
    attach(workspace, 9, {
      type: statusRecordType,
      name: "notebooks.json",
      content: JSON.stringify(recordOf()),
    });
    await change(pageBuild(9, 2));
    await tab.locator("header.page").waitFor();
  });

  it("the results tab in Azure DevOps shows the report of the run, with the failing cell and its traceback", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    attach(workspace, 9, { type: htmlReportType, name: "report.html", content: htmlReport(weatherRun()) });
    const { tab, problems } = await openTab(workspace, pageBuild(9));
    await tab.locator(".report summary").click();
    const report = tab.frameLocator(".report iframe");
    await report.getByText("problems = find_problems(observations)").first().waitFor();
    await report.getByRole("heading", { name: "Timeline" }).waitFor();
    await report.getByText("Traceback (most recent call last)").waitFor();
    assert.deepEqual(
      problems.filter((problem) => !/script/i.test(problem)),
      [],
    );
  });

  it("the results tab in Azure DevOps shows a page that somebody attached as a report, but runs and loads nothing of it", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    const content = `<p>report</p><script>parent.hostile = true; fetch("https://evil.example/script")</script>
      <img src="https://evil.example/image" onerror="parent.hostile = true"><link rel="stylesheet" href="https://evil.example/style">
      <meta http-equiv="refresh" content="0;url=https://evil.example/refresh"><iframe src="https://evil.example/frame"></iframe>
      <form action="https://evil.example/form"><button>go</button></form>`;
    attach(workspace, 9, { type: htmlReportType, name: "report.html", content });
    const { page, tab, requests } = await openTab(workspace, pageBuild(9));
    await tab.locator(".report summary").click();
    const report = tab.frameLocator(".report iframe");
    await report.getByText("report").waitFor();
    await report.getByRole("button", { name: "go" }).click();
    const frames = await Promise.all(page.frames().map((frame) => frame.evaluate(`"hostile" in window`)));
    assert.deepEqual([...new Set(frames)], [false]);
    assert.deepEqual(
      requests.filter(({ url }) => url.includes("evil")),
      [],
    );
  });

  it("the results tab in Azure DevOps names the task to add if the run has no record", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, []);
    const { tab } = await openTab(workspace, pageBuild(9));
    assert.match(await tab.locator(".nothing").innerText(), /The task DatabricksRunNotebook attaches one/);
  });

  it("the results tab in Azure DevOps says in one sentence why it shows nothing if the run cannot be read", async () => {
    await using workspace = await startWorkspace();
    const { tab } = await openTab(workspace, pageBuild(9));
    assert.equal(
      await tab.getByRole("alert").locator("li").innerText(),
      "Could not read the attachments of run 20260302.9: Azure DevOps returned 404; check that the run has not been deleted.",
    );
  });

  it("the results tab in Azure DevOps does not read a sign-in page as results", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, []);
    await workspace.declareFault({
      match: { path: "attachments" },
      when: "before",
      then: { status: 203, body: "<html>Sign in</html>" },
    });
    const { tab } = await openTab(workspace, pageBuild(9));
    assert.match(
      await tab.getByRole("alert").innerText(),
      /returned 203; sign in again and reload the page\./,
    );
  });

  it("the results tab in Azure DevOps shows the results although the history cannot be read", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    await workspace.declareFault({ match: { path: "builds$" }, when: "before", then: { status: 500 } });
    const { tab } = await openTab(workspace, pageBuild(9));
    assert.match(
      await tab.getByRole("alert").innerText(),
      /^The history is incomplete\s+Could not read the last runs of the pipeline: Azure DevOps returned 500; reload the page later\./,
    );
    assert.equal(await tab.locator(".result").count(), 6);
  });

  it("the results tab in Azure DevOps follows the theme of Azure DevOps", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    const dark = {
      "background-color": "rgba(32, 31, 30, 1)",
      "text-primary-color": "rgba(255, 255, 255, 0.86)",
    };
    const { tab } = await openTab(workspace, pageBuild(9), dark);
    await tab.locator("header.page").waitFor();
    assert.equal(await tab.locator("html").getAttribute("data-scheme"), "dark");
    const card = await tab
      .locator(".results")
      .evaluate(
        (section) =>
          (
            globalThis as unknown as { getComputedStyle(element: unknown): { backgroundColor: string } }
          ).getComputedStyle(section).backgroundColor,
      );
    assert.equal(card, "rgb(32, 31, 30)");
  });
});
