import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions } from "playwright-core";
import type { StatusRecord, StatusResult } from "../../shared/results/status-record.ts";
import { countOutcomes } from "../../shared/results/test-case.ts";
import { hostileMarkup, hugeLine } from "../fixtures/hostile-markup.ts";
import { recordOf } from "../shared/results/status-record-of.ts";
import { findBarriers, openChromium } from "./chromium.ts";
import { ResultsTabHost } from "./results-tab-host.ts";
import { shownNames } from "./shown-names.ts";

let browser: Browser;
let host: ResultsTabHost;

/** Opens the tab with the status records of runs, and collects the problems of the page. */
async function open(runs: Record<string, string[]>, options: BrowserContextOptions = {}) {
  await host.keep(runs);
  const page = await (await browser.newContext(options)).newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(host.url)) problems.push(`request: ${request.url()}`);
  });
  await page.goto(host.url);
  await page.locator("header.page, .nothing, .problems").first().waitFor();
  return { page, problems };
}

const weather = () => open({ "20417": [JSON.stringify(recordOf())] });

function recordWith(results: StatusResult[], varied: Partial<StatusRecord> = {}): string {
  return JSON.stringify({ ...recordOf(), ...varied, results, counts: countOutcomes(results) });
}

describe("results tab in Chromium", () => {
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

  it("the results tab shows the result of the run, and each notebook with its cases, like the report", async () => {
    const { page, problems } = await weather();
    assert.match(
      await page.locator(".sentence").innerText(),
      /^1 of 3 notebooks, 1 of 3 tests failed, 1 skipped$/,
    );
    assert.deepEqual(await shownNames(page), [
      "notebooks/weather-quality",
      "minimum is below maximum",
      "station keeps its place",
      "notebooks/weather-etl",
      "notebooks/weather-forecast",
    ]);
    assert.ok(await page.getByText("AssertionError: 2 days have a minimum above").isVisible());
    const link = page.getByRole("link", { name: "Open the run" }).first();
    assert.match((await link.getAttribute("href"))!, /^https:\/\/adb-4711\.7\.azuredatabricks\.net\//);
    assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
    assert.deepEqual(problems, []);
  });

  it("the results tab filters by outcome and by words", async () => {
    const { page } = await weather();
    await page.locator("fieldset label", { hasText: "Failed" }).click();
    await page.getByText("2 of 6 results shown").waitFor();
    assert.deepEqual(await shownNames(page), ["notebooks/weather-quality", "minimum is below maximum"]);
    await page.locator("fieldset label", { hasText: "All" }).click();
    await page.getByRole("searchbox").fill("2015-07-14 minimum");
    await page.getByText("2 of 6 results shown").waitFor();
    assert.deepEqual(await shownNames(page), ["notebooks/weather-quality", "minimum is below maximum"]);
    await page.getByRole("searchbox").fill("no such words");
    await page.getByText("No results match this outcome and search.").waitFor();
  });

  describe("by keyboard alone", () => {
    it("the results tab moves by keyboard from the skip link through the filter to a notebook, which opens and closes", async () => {
      const { page } = await weather();
      await page.locator(".development select").focus();
      await page.keyboard.press("Tab");
      assert.equal(await page.locator(":focus").innerText(), "Skip to the results");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.locator("input:checked + span").innerText(), "Failed 2");
      await page.keyboard.press("ArrowLeft");
      await page.getByText("6 of 6 results shown").waitFor();
      await page.keyboard.press("Tab");
      assert.equal(await page.locator(":focus").getAttribute("type"), "search");
      await page.keyboard.press("Tab");
      assert.match(await page.locator(":focus").innerText(), /^Failures first/);
      await page.keyboard.press("Tab");
      assert.equal(await page.locator(":focus").innerText(), "Next failure");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.locator("#case-1-2:not([open])").waitFor();
      await page.keyboard.press("Enter");
      await page.locator("#case-1-2[open]").waitFor();
      await page.keyboard.press("ArrowDown");
      assert.match(await page.locator(":focus").innerText(), /^minimum is below maximum/);
    });

    it("the results tab moves from failure to failure, says which one it is, and keeps the focus on the button", async () => {
      const failed = (name: string): StatusResult => ({
        name,
        outcome: "failed",
        durationSeconds: 1,
        message: "wrong",
        runUrl: "https://adb-4711.7.azuredatabricks.net/",
      });
      const passed: StatusResult = { name: "passed", outcome: "passed", durationSeconds: 1 };
      const { page } = await open({ "9": [recordWith([failed("one"), passed, failed("two")])] });
      await page.getByRole("button", { name: "Next failure" }).focus();
      const reached: string[] = [];
      for (let count = 0; count < 3; count++) {
        await page.keyboard.press("Enter");
        const name = await page.locator(".result.current .name h3").innerText();
        reached.push(`${name}: ${await page.locator(".next output").innerText()}`);
        assert.equal(await page.locator(":focus").innerText(), "Next failure");
      }
      assert.deepEqual(reached, ["one: 1 of 2", "two: 2 of 2", "one: 1 of 2"]);
    });
  });

  for (const [screen, options] of Object.entries({
    "on a desktop": {},
    "in the dark": { colorScheme: "dark" },
    "on a phone": { viewport: { width: 360, height: 740 } },
  } satisfies Record<string, BrowserContextOptions>))
    it(`the results tab has no barriers that axe-core finds, and does not scroll sideways, ${screen}`, async () => {
      const { page } = await open({}, options);
      await page.locator(".history").waitFor();
      assert.deepEqual(await findBarriers(page), []);
      const beside = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
      assert.equal(await page.evaluate(beside), 0);
    });

  it("the results tab says that it shows a sample if no run has a record", async () => {
    const { page } = await open({});
    assert.match(await page.locator(".development").innerText(), /^A sample\./);
    await host.keep({ "20417": [JSON.stringify(recordOf())] });
    await page.reload();
    await page.locator("header.page").waitFor();
    assert.doesNotMatch(await page.locator(".development").innerText(), /sample/);
  });

  it("the results tab shows the result of each notebook in the last runs, and where it did not run", async () => {
    const result = (name: string, outcome: "passed" | "failed", durationSeconds: number) => ({
      name,
      outcome,
      durationSeconds,
    });
    const { page } = await open({
      "8": [recordWith([result("gone", "passed", 1)])],
      "9": [recordWith([result("etl", "passed", 40), result("gone", "passed", 1)])],
      "10": [recordWith([result("quality", "passed", 9)])],
      "11": [recordWith([result("etl", "passed", 44), result("quality", "failed", 3)])],
    });
    const rows = page.locator(".history tbody tr");
    await rows.first().waitFor();
    const cells = await rows.evaluateAll((lines) =>
      lines.map((line) =>
        Array.from(line.children as Iterable<{ textContent: string }>, (cell) => cell.textContent),
      ),
    );
    assert.deepEqual(cells, [
      ["etl", "passed, 40 s", "did not run", "passed, 44 s", "2 of 2", "42 s"],
      ["quality", "did not run", "passed, 9 s", "failed, 3 s", "1 of 2", "9 s"],
    ]);
  });

  it("the results tab shows which version was tested in which environment", async () => {
    const proof = (version: string, environment: string, outcome: "passed" | "failed") =>
      recordWith([{ name: "etl", outcome, durationSeconds: 1 }], {
        artifact: { name: "weather", version, digest: `sha256:${version[0]!.repeat(64)}` },
        environment,
      });
    const { page } = await open({
      "9": [proof("1.0.0", "test", "passed"), proof("1.0.0", "production", "passed")],
      "10": [proof("2.0.0", "test", "failed")],
    });
    const rows = page.locator(".release tbody tr");
    await rows.first().waitFor();
    assert.match(
      await rows.nth(0).innerText(),
      /^2\.0\.0\s+1 of 1 notebook failed\s+this run, Mar 2, 2026\s+not tested$/,
    );
    assert.match(
      await rows.nth(1).innerText(),
      /^1\.0\.0\s+1 notebook passed\s+9, Mar 2, 2026\s+1 notebook passed\s+9, Mar 2, 2026$/,
    );
  });

  it("the results tab says which record is broken, and shows the others", async () => {
    const { page, problems } = await open({
      "9": ['{"schema": "notebook-ops/test-status/1", "results": 7}', JSON.stringify(recordOf())],
    });
    const alert = page.getByRole("alert");
    assert.match(await alert.innerText(), /test status 1\/notebooks\.json of run 9: run is not an object/);
    assert.equal((await shownNames(page)).length, 5);
    assert.deepEqual(problems, []);
  });

  it("the results tab shows the results although earlier runs cannot be read, and says so", async () => {
    const { page } = await open({
      "8": ['{"schema": "notebook-ops/test-status/2"}'],
      "9": [JSON.stringify(recordOf())],
    });
    await page.getByText("The history is incomplete").waitFor();
    assert.match(
      await page.getByRole("alert").innerText(),
      /of run 8: its schema is "notebook-ops\/test-status\/2"/,
    );
    assert.equal((await shownNames(page)).length, 5);
  });

  describe("with text from outside", () => {
    it("the results tab shows text from outside as text: runs and loads nothing, and links only to web addresses", async () => {
      const { page, problems } = await open({
        "9": hostileMarkup.map(({ text }) =>
          recordWith(
            [
              { name: text, file: text, outcome: "failed", durationSeconds: 1, message: text, runUrl: text },
              { name: `${text} / ${text}`, outcome: "failed", durationSeconds: 1, message: text },
            ],
            {
              artifact: { name: text, version: text, digest: `sha256:${"a".repeat(64)}` },
              environment: text,
              workspace: text,
            },
          ),
        ),
      });
      await page.locator(".release").first().waitFor();
      assert.equal(await page.locator(".problems").count(), 0);
      assert.equal(await page.locator(".subject").count(), hostileMarkup.length);
      const hostile = await page.locator("#root :is(script, iframe, img, object, base, style, meta)").count();
      assert.equal(hostile, 0);
      assert.equal(await page.evaluate(`"hostile" in window`), false);
      const shown = await page.locator("#root").innerText();
      assert.match(shown, /<script>window\.hostile = true<\/script>/);
      assert.doesNotMatch(shown, /[\u202A-\u202E\u2066-\u2069\u200B\u0000-\u0008\u001B]/);
      const protocols = await page
        .locator("a:not([href^='#'])")
        .evaluateAll((links) => links.map((link) => (link as unknown as { protocol: string }).protocol));
      assert.deepEqual([...new Set(protocols)], ["https:"]);
      assert.deepEqual(problems, []);
    });

    it("the results tab cuts a name and a message of 10 MB", async () => {
      const line = hugeLine();
      const { page } = await open({
        "9": [recordWith([{ name: line, outcome: "failed", durationSeconds: 1, message: line }])],
      });
      assert.ok((await page.locator("#root").innerHTML()).length < 50_000);
    });
  });

  it("the results tab draws of 5,000 cases only those that did not pass, and lays out only those on the screen", async () => {
    const results = Array.from({ length: 5000 }, (_, index): StatusResult => {
      const failed = index % 20 === 0;
      return {
        name: `tests.test_${index % 50} / case ${index}`,
        outcome: failed ? "failed" : "passed",
        durationSeconds: 0.1,
        ...(failed ? { message: `wrong ${index}` } : {}),
      };
    });
    const { page } = await open({ "9": [recordWith(results)] });
    const laidOut = await page.evaluate(
      `[...document.querySelectorAll(".result > *")].filter((part) => part.checkVisibility({ contentVisibilityAuto: true })).length`,
    );
    assert.equal(await page.locator(".result").count(), 250);
    assert.ok(Number(laidOut) < 500, `${laidOut} parts are laid out`);
    // 45 suites in which all passed are one line.
    assert.equal(await page.getByText("45 passed groups with 4500 tests").count(), 1);
    await page.getByRole("searchbox").fill("wrong 49");
    await page.getByText("5 of 5000 results shown").waitFor();
    assert.equal(await page.locator(".result").count(), 5);
    await page.getByRole("searchbox").fill("case");
    await page.getByText("5000 of 5000 results shown").waitFor();
    assert.equal(await page.locator(".result").count(), 250);
    await page.getByRole("searchbox").fill("");
    await page.getByText("45 passed groups with 4500 tests").click();
    await page.locator(".fold.suite > summary", { hasText: "tests.test_1 100 passed" }).click();
    assert.equal(await page.locator(".fold.suite .result").count(), 100);
  });
});
