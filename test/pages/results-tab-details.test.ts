import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Download, Page } from "playwright-core";
import { toJUnit } from "../../shared/results/junit.ts";
import { readJUnit } from "../../shared/results/junit-reader.ts";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import type { StatusRecord, StatusResult } from "../../shared/results/status-record.ts";
import { countOutcomes } from "../../shared/results/test-case.ts";
import type { TestResults } from "../../shared/results/test-results.ts";
import { hostileMarkup } from "../fixtures/hostile-markup.ts";
import { recordOf } from "../shared/results/status-record-of.ts";
import { brokenStreamingRun, streamingRun } from "../shared/results/streaming-run.ts";
import { weatherRun } from "../shared/results/weather-run.ts";
import { findBarriers, openChromium, openPage, outsideOfCards } from "./chromium.ts";
import { ResultsTabHost } from "./results-tab-host.ts";
import { markedWords, shownNames } from "./shown-names.ts";

let browser: Browser;
let host: ResultsTabHost;

interface Attached {
  records: string[];
  junit?: string;
  report?: string;
}

async function open(runs: Record<string, Attached>, options: BrowserContextOptions = {}, hash = "") {
  await host.keep(Object.fromEntries(Object.entries(runs).map(([id, { records }]) => [id, records])));
  for (const [id, { junit, report }] of Object.entries(runs)) {
    if (junit !== undefined) await host.keepFile(id, "notebooks.xml", junit);
    if (report !== undefined) await host.keepFile(id, "notebooks.html", report);
  }
  const page = await (await browser.newContext(options)).newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  await page.goto(`${host.url}${hash}`);
  await page.locator("header.page, .nothing, .problems").first().waitFor();
  return { page, problems };
}

const weather: Attached = {
  records: [JSON.stringify(recordOf())],
  junit: toJUnit(weatherRun()),
  report: htmlReport(weatherRun()),
};

function recordWith(results: StatusResult[], varied: Partial<StatusRecord> = {}): string {
  return JSON.stringify({ ...recordOf(), ...varied, results, counts: countOutcomes(results) });
}

const passed = (name: string, more: Partial<StatusResult> = {}): StatusResult => ({
  name,
  outcome: "passed",
  durationSeconds: 1,
  ...more,
});

const row = (page: Page, name: string) =>
  page.locator("details.result", { has: page.getByText(name, { exact: true }) });

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), "utf8");
}

describe("details in the results tab, in Chromium", () => {
  before(async function () {
    const opened = await openChromium();
    if (!opened) return this.skip();
    browser = opened;
    host = await ResultsTabHost.start();
  });
  afterEach(() => Promise.all(browser?.contexts().map((context) => context.close()) ?? []));
  after(async () => {
    await browser?.close();
    await host?.stop();
  });

  it("the results tab shows the failing cell and its traceback in the row of the result, to be copied", async () => {
    const { page, problems } = await open(
      { "9": weather },
      { permissions: ["clipboard-read", "clipboard-write"] },
    );
    const { failingCell, trace } = weatherRun().notebooks![1]!;
    const quality = page.locator("#case-1-2");
    await quality.locator(".source").waitFor();
    assert.equal(
      (await quality.locator(".source").innerText()).replace(/\n+/g, "\n").trim(),
      failingCell!.source,
    );
    assert.equal(await quality.locator("pre").nth(1).innerText(), trace);
    const copied = () => page.evaluate<string>("navigator.clipboard.readText()");
    await page.getByRole("button", { name: "Copy Cell 6 of notebooks/weather-quality" }).click();
    assert.equal(await copied(), failingCell!.source);
    await page.getByRole("button", { name: "Copy Traceback of notebooks/weather-quality" }).click();
    assert.equal(await copied(), trace);
    assert.equal(await page.locator("iframe").count(), 0);
    assert.deepEqual(problems, []);
  });

  it("the results tab uses nothing of a JUnit file that contradicts the record, and says if it cannot be read", async () => {
    const run = weatherRun();
    for (const testCase of run.cases) testCase.outcome = "passed";
    const { page } = await open({ "9": { ...weather, junit: toJUnit(run) } });
    await page.locator(".history, .result").first().waitFor();
    await page.waitForLoadState("networkidle");
    assert.equal(await page.locator(".source").count(), 0);
    assert.equal(await page.locator("header.page.failed").count(), 1);
    const broken = await open({ "9": { ...weather, junit: "<testsuites>" } });
    assert.match(
      await broken.page.getByRole("alert").innerText(),
      /^Some details could not be read\s+Could not read the JUnit file step xml\/notebooks\.xml of run 9, line 1: the file ends/,
    );
    assert.equal((await shownNames(broken.page)).length, 5);
  });

  it("the results tab shows the timeline of a streaming test, and how its latencies moved", async () => {
    const attached = (run: TestResults): Attached => ({
      records: [JSON.stringify(recordOf({ testRun: run }))],
      junit: toJUnit(run),
    });
    const { page, problems } = await open({
      "8": attached(streamingRun()),
      "9": attached(brokenStreamingRun()),
      "10": attached(streamingRun()),
    });
    const lane = page.locator(".timeline ol li", { hasText: "First invoices" });
    assert.match((await lane.textContent())!, /payload produced at 21 s, visible after 9\.2 s, 4 tries$/);
    const validation = row(page, "Medallion/First invoices: validate");
    assert.match(await validation.innerText(), /visible after 9\.2 s, 4 tries/);
    for (const _ of ["once", "and again after it was closed"]) {
      await lane.locator("a").click();
      await validation.locator(".body").waitFor();
      assert.match(await page.locator(":focus").innerText(), /First invoices: validate/);
      await page.keyboard.press("Enter");
      await validation.locator(".body").waitFor({ state: "detached" });
    }
    assert.deepEqual(
      (await page.locator(".latencies tbody tr").allInnerTexts()).map((line) => line.replace(/\s+/g, " ")),
      [
        "Medallion/First invoices: validate passed, 9.2 s passed, 9.2 s passed, 9.2 s 3 of 3 9.2 s, median 9.2 s",
        "Medallion/Corrected 2024/25 invoices: validate passed, 5.8 s failed, no latency passed, 5.8 s 2 of 3 5.8 s, median 5.8 s",
      ],
    );
    assert.equal(await page.locator(".durations tbody tr", { hasText: ": validate" }).count(), 0);
    assert.deepEqual(await findBarriers(page), []);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "HTML" }).click(),
    ]);
    assert.match(
      await textOf(download),
      /<h2 id="timeline-title">Timeline<[\s\S]*visible after 9\.2 s, 4 tries/,
    );
    assert.deepEqual(problems, []);
  });

  it("the results tab compares the exit value with that of the last run in which the notebook passed", async () => {
    const etl = (exitValue: string | undefined, outcome: "passed" | "failed" = "passed") => ({
      records: [
        recordWith([
          { ...passed("etl"), outcome, ...(exitValue ? { exitValue } : {}) },
          passed("same", { exitValue: "ok" }),
        ]),
      ],
    });
    const { page } = await open({
      "7": etl('{"rows": 1, "stations": 2}'),
      "8": etl('{"rows": 1461, "stations": 2}'),
      "9": etl('{"rows": 99}', "failed"),
      "10": etl('{"rows": 1502, "stations": 2}'),
    });
    await page.locator(".history").waitFor();
    for (const name of ["etl", "same"]) await row(page, name).locator("summary").first().click();
    assert.match(
      await row(page, "etl").locator(".comparison").innerText(),
      /^The exit value differs from that of the last green run 8:\s+rows: 1461 → 1502$/,
    );
    assert.equal(
      await row(page, "same").locator(".comparison").innerText(),
      "The exit value is the same as in the last green run 9.",
    );
  });

  it("the results tab shows results before the release matrix if the run failed, and after it if it passed", async () => {
    const artifact = { name: "weather", version: "1.0.0", digest: `sha256:${"a".repeat(64)}` };
    const sections = async (result: StatusResult) => {
      const { page } = await open({
        "9": { records: [recordWith([result], { artifact, environment: "qa" })] },
      });
      await page.locator(".release").waitFor();
      return page
        .locator("main > section")
        .evaluateAll((all) =>
          all.map(({ className }) => className.trim()).filter((name) => name !== "history"),
        );
    };
    assert.deepEqual(await sections({ ...passed("etl"), outcome: "failed" }), ["results", "release"]);
    assert.deepEqual(await sections(passed("etl")), ["release", "results"]);
  });

  it("the results tab sorts by time over all groups, searches traces, and marks the words of a search", async () => {
    const { page } = await open({ "9": weather });
    await page.getByRole("combobox", { name: "Order" }).selectOption("Longest first");
    assert.deepEqual(await shownNames(page), [
      "notebooks/weather-etl",
      "notebooks/weather-quality",
      "notebooks/weather-forecast",
      "every day is there once",
      "minimum is below maximum",
      "station keeps its place",
    ]);
    await page.getByRole("combobox", { name: "Order" }).selectOption("Failures first");
    await page.locator(".source").waitFor();
    await page.getByRole("searchbox").fill("command-6 ASSERTIONERROR");
    await page.getByText("1 of 6 results shown").waitFor();
    assert.deepEqual(await shownNames(page), ["notebooks/weather-quality"]);
    const words = await markedWords(page);
    assert.deepEqual([...new Set(words)].sort(), ["AssertionError", "command-6"]);
  });

  it("the results tab opens at the result that its address names, also one that is folded, and copies its link", async () => {
    const { page } = await open(
      { "9": weather },
      { permissions: ["clipboard-read", "clipboard-write"] },
      "#case-1-3",
    );
    await page.locator("#case-1-3:visible").waitFor();
    await page.getByRole("button", { name: "Copy link to notebooks/weather-quality" }).click();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), `${host.url}#case-1-2`);
    await page.evaluate("location.hash = 'case-1-1'");
    await page.locator("#case-1-1[open] > summary:focus").waitFor();
  });

  it("the results tab marks flaky, retried and quarantined results, and is not failed by a quarantined one", async () => {
    const { page } = await open({
      "9": {
        records: [
          recordWith([
            passed("flaky one", { failedAttempts: 2 }),
            {
              ...passed("known one"),
              outcome: "failed",
              quarantined: true,
              failedAttempts: 1,
              owner: "data team",
            },
          ]),
        ],
      },
    });
    assert.equal(await page.locator("header.page.passed").count(), 1);
    assert.equal(
      await page.locator(".sentence").innerText(),
      "1 notebook passed, 1 flaky, 1 failed in quarantine",
    );
    const tags = (name: string) => row(page, name).locator(".tag").allInnerTexts();
    assert.deepEqual(await tags("known one"), ["1 retry", "quarantined"]);
    assert.deepEqual(await tags("flaky one"), ["flaky: 2 retries"]);
    assert.equal(await row(page, "known one").locator("summary small").innerText(), "owner: data team");
    await page.locator("fieldset label", { hasText: "Flaky 1" }).click();
    await page.getByText("1 of 2 results shown").waitFor();
    assert.deepEqual(await shownNames(page), ["flaky one"]);
  });

  it("the results tab shows times in the zone of its reader, and in UTC when the mouse is over them", async () => {
    const { page } = await open({ "9": weather }, { timezoneId: "Asia/Tokyo", locale: "en-GB" });
    const time = page.locator("dd time");
    assert.equal(await time.innerText(), "2 Mar 2026, 18:14 GMT+9");
    assert.equal(await time.getAttribute("title"), "2026-03-02 09:14 UTC");
  });

  it("the results tab shows a notebook with its output in a frame, where a click on a link replaces nothing", async () => {
    const run = weatherRun();
    run.notebooks![1]!.exportedHtml =
      '<h1>Quality</h1><a href="https://example.org/">away</a> <a href="#case-1">within</a><img src="data:image/png;base64,iVBORw0KGgo=">';
    const { page } = await open({ "9": { ...weather, report: htmlReport(run) } });
    await page.locator("#case-1-2").getByText("Notebook with its output").click();
    const frame = page.frameLocator("#case-1-2 iframe");
    await frame.getByRole("heading", { name: "Quality" }).waitFor();
    await frame.getByText("away").click();
    await frame.getByText("within").click();
    assert.equal(await frame.getByRole("heading", { name: "Quality" }).isVisible(), true);
    assert.equal(await frame.locator("img").count(), 1);
    assert.equal(page.context().pages().length, 1);
    await row(page, "notebooks/weather-etl").locator("summary").first().click();
    await page.locator("#case-1-1").getByText("Notebook with its output").click();
    await page.getByText("The report of this run does not contain this notebook.").waitFor();
  });

  it("the results tab saves the report as HTML and as JUnit XML, with cells, traces and the notebooks' output", async () => {
    const artifact = { name: "weather", version: "1.4.0/x", digest: `sha256:${"a".repeat(64)}` };
    const record = JSON.stringify(recordOf({ artifact, environment: "qa" }));
    const { page, problems } = await open({ "9": { ...weather, records: [record] } });
    await page.locator(".source").waitFor();
    const download = async (name: RegExp) => {
      const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name }).click(),
      ]);
      return saved;
    };
    const xml = await download(/as JUnit XML/);
    assert.equal(xml.suggestedFilename(), "test-report-1.4.0-x-qa.xml");
    const read = readJUnit(await textOf(xml), { file: "saved" });
    assert.deepEqual(countOutcomes(read.cases), countOutcomes(weatherRun().cases));
    assert.deepEqual(
      read.cases.find(({ failingCell }) => failingCell)?.failingCell,
      weatherRun().notebooks![1]!.failingCell,
    );
    const html = await download(/as HTML/);
    assert.equal(html.suggestedFilename(), "test-report-1.4.0-x-qa.html");
    const file = `${await html.path()}.html`;
    await writeFile(file, await textOf(html));
    const saved = await openPage(browser, file);
    assert.equal(
      await saved.page.locator(".sentence").innerText(),
      "1 of 3 notebooks, 1 of 3 tests failed, 1 skipped",
    );
    await saved.page.getByText("Notebook with its output").click();
    await saved.page.frameLocator("iframe").getByText("Quality of the weather tables").waitFor();
    await saved.page.getByRole("button", { name: "Next failure" }).click();
    assert.equal(await saved.page.locator(".next output").innerText(), "1 of 2");
    assert.deepEqual([...problems, ...saved.problems], []);
  });

  it("the results tab saves a report of texts from outside in which nothing runs", async () => {
    const text = hostileMarkup.map(({ text }) => text).join("\n");
    const result = {
      ...passed(text),
      outcome: "failed" as const,
      file: text,
      message: text,
      exitValue: text,
      owner: text,
    };
    const { page } = await open({
      "9": {
        records: [recordWith([result], { environment: text })],
        report: `<iframe data-source="x" srcdoc="<script>parent.hostile = true</script>"></iframe><script>hostile = true</script>`,
      },
    });
    const [html] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: /as HTML/ }).click(),
    ]);
    const file = `${await html.path()}.html`;
    await writeFile(file, await textOf(html));
    const saved = await openPage(browser, file);
    assert.equal(await saved.page.evaluate(`"hostile" in window`), false);
    assert.equal(await saved.page.locator("body script, img, object, base").count(), 1);
    assert.deepEqual(saved.problems, []);
  });

  it("the results tab shows the results of the version that is chosen, with its report, and returns to the run", async () => {
    const proof = (version: string, environment: string, outcome: "passed" | "failed") =>
      recordWith([{ ...passed(`notebook of ${version}`), outcome }], {
        artifact: { name: "weather", version, digest: `sha256:${version[0]!.repeat(64)}` },
        environment,
      });
    const { page } = await open({
      "8": { records: [proof("1.0.0", "qa", "failed")] },
      "9": { records: [proof("1.0.0", "qa", "passed"), proof("1.0.0", "production", "passed")] },
      "10": { records: [proof("2.0.0", "qa", "failed")] },
    });
    const choice = page.getByRole("combobox", { name: "Results of" });
    await choice.waitFor();
    assert.deepEqual(await choice.locator("option").allInnerTexts(), [
      "this run",
      "weather 2.0.0",
      "weather 1.0.0",
    ]);
    await choice.selectOption("weather 1.0.0");
    assert.match(await page.locator("h1").innerText(), /^weather 1\.0\.0 9$/);
    assert.deepEqual(await page.locator(".subject-name").allInnerTexts(), [
      "qa · weather 1.0.0 1 notebook passed",
      "production · weather 1.0.0 1 notebook passed",
    ]);
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download the results of production 1.0.0 as JUnit XML" }).click(),
    ]);
    assert.equal(saved.suggestedFilename(), "test-report-1.0.0-production.xml");
    assert.match(await textOf(saved), /name="notebook of 1\.0\.0"/);
    await page.getByRole("button", { name: "Show the results of weather 2.0.0" }).click();
    assert.match(await page.locator("h1").innerText(), /^weather 2\.0\.0 10$/);
    await choice.selectOption("this run");
    assert.match(await page.locator("h1").innerText(), /^weather 2\.0\.0 10$/);
  });

  it("the results tab shows what a gate decided about the version, with its rules and approvals, also in the saved report", async () => {
    const artifact = { name: "weather", version: "1.0.0", digest: `sha256:${"a".repeat(64)}` };
    const gate = (version: string, text: string) =>
      JSON.stringify({
        schema: "notebook-ops/gate/1",
        decision: "failed",
        decidedOn: "2026-03-02T10:00:00Z",
        artifact: { ...artifact, version },
        environment: "qa",
        rules: [{ rule: "maxFailed", holds: false, text, advice: "correct it" }],
        approvals: [{ id: "1", status: "approved", by: [{ name: text, comment: "looks good" }] }],
      });
    const text = hostileMarkup
      .map(({ text }) => text)
      .join(" ")
      .slice(0, 500);
    const { page, problems } = await open({
      "9": {
        records: [
          recordWith([passed("etl")], { artifact, environment: "qa" }),
          gate("1.0.0", text),
          gate("2.0.0", "other"),
        ],
      },
    });
    await page.locator(".gate").waitFor();
    assert.deepEqual(await page.locator(".gate h2").allInnerTexts(), [
      "Gate: weather 1.0.0 did not pass in qa",
    ]);
    assert.match(
      await page.locator(".gate td:last-child").innerText(),
      /^<script>window\.hostile = true<\/script> .*; correct it$/,
    );
    assert.match(await page.locator(".gate p").last().innerText(), /^Approved by <script>.*: looks good$/);
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: /as HTML/ }).click(),
    ]);
    const file = `${await saved.path()}.html`;
    await writeFile(file, await textOf(saved));
    const report = await openPage(browser, file);
    assert.equal(await report.page.locator(".gate h2").innerText(), "Gate: weather 1.0.0 did not pass in qa");
    assert.equal(await report.page.evaluate(`"hostile" in window`), false);
    assert.deepEqual([...problems, ...report.problems], []);
  });

  it("the results tab says why it is empty if a record lists no result", async () => {
    const { page } = await open({ "9": { records: [recordWith([])] } });
    assert.equal(await page.locator(".none").innerText(), "The step ran no notebook.");
  });

  for (const [screen, width] of [
    ["at a width of 390 pixels", 390],
    ["at 200 % zoom of a window of 1280 pixels", 640],
  ] as const)
    it(`the results tab keeps everything within its card ${screen}`, async () => {
      const long = "a_name_without_any_space_".repeat(12);
      const artifact = { name: long.slice(0, 60), version: "1.0.0", digest: `sha256:${"a".repeat(64)}` };
      const results: StatusResult[] = [
        { ...passed(long), outcome: "failed", message: long, file: long, exitValue: long, owner: long },
        { ...passed(`${long} / ${long}`), outcome: "failed", message: long, reportedBy: long },
      ];
      const record = recordWith(results, { artifact, environment: "qa" });
      const { page } = await open(
        { "8": { records: [record] }, "9": { records: [record] } },
        { viewport: { width, height: 800 } },
      );
      await page.locator(".history").waitFor();
      await page.getByRole("button", { name: "Next failure" }).click();
      assert.deepEqual(await outsideOfCards(page), []);
    });
});
