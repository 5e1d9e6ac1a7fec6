import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import { resultsOfNotebooks } from "../../shared/results/test-results.ts";
import { brokenStreamingRun } from "../shared/results/streaming-run.ts";
import { weatherCluster, weatherRun } from "../shared/results/weather-run.ts";
import { findBarriers, outsideOfCards } from "./chromium.ts";
import { runOf, useReportPages } from "./report-pages.ts";
import { markedWords, shownNames } from "./shown-names.ts";

function weatherReport(): string {
  return htmlReport(weatherRun(), { cluster: weatherCluster(), environment: "staging" });
}

describe("HTML report in Chromium", () => {
  const open = useReportPages();

  it("the HTML report shows the overall result, the timeline and each notebook with its cases", async () => {
    const { page, problems } = await open(weatherReport());
    assert.equal(await page.title(), "weather – 1 of 3 notebooks, 1 of 3 tests failed, 1 skipped");
    assert.equal(
      await page.locator(".sentence").textContent(),
      "1 of 3 notebooks, 1 of 3 tests failed, 1 skipped",
    );
    assert.deepEqual(await shownNames(page), [
      "notebooks/weather-quality",
      "minimum is below maximum",
      "station keeps its place",
      "notebooks/weather-etl",
      "notebooks/weather-forecast",
    ]);
    await page.getByText("1 passed test").click();
    assert.equal((await shownNames(page))[3], "every day is there once");
    assert.equal(await page.locator(".timeline li").count(), 4);
    assert.deepEqual(problems, []);
  });

  it("the HTML report opens a failing notebook with its cell, source and traceback", async () => {
    const { page } = await open(weatherReport());
    const quality = page.locator("details.result", { hasText: "weather-quality" });
    assert.equal(await quality.getAttribute("open"), "");
    assert.match(
      (await quality.locator(".source").textContent()) ?? "",
      /problems = find_problems\(observations\)/,
    );
    assert.match(
      (await quality.locator("pre").nth(1).textContent()) ?? "",
      /^AssertionError[\s\S]*----> 2 assert/,
    );
    assert.equal(
      await quality.getByText("Open the run").getAttribute("href"),
      "https://adb-4711.7.azuredatabricks.net/#job/812/run/1",
    );
  });

  it("the HTML report filters results by outcome", async () => {
    const { page } = await open(weatherReport());
    await page.getByRole("radio", { name: "Failed 2" }).check();
    assert.deepEqual(await shownNames(page), ["notebooks/weather-quality", "minimum is below maximum"]);
    assert.equal(await page.getByText("2 of 6 results shown").count(), 1);
    await page.getByRole("radio", { name: "Skipped 1" }).check();
    assert.deepEqual(await shownNames(page), ["station keeps its place"]);
    await page.getByRole("radio", { name: "Passed 3" }).check();
    assert.deepEqual(await shownNames(page), [
      "every day is there once",
      "notebooks/weather-etl",
      "notebooks/weather-forecast",
    ]);
    await page.getByRole("radio", { name: "All 6" }).check();
    assert.equal((await shownNames(page)).length, 5);
  });

  it("the HTML report searches names, messages and traces for all words", async () => {
    const { page } = await open(weatherReport());
    const search = page.getByRole("searchbox");
    await search.fill("MAXIMUM 2015-07-15");
    assert.deepEqual(await shownNames(page), ["minimum is below maximum"]);
    await search.fill("traceback");
    assert.deepEqual(await shownNames(page), ["notebooks/weather-quality"]);
    await search.fill("no such words");
    assert.equal(await page.getByText("No results match this outcome and search.").isVisible(), true);
    await page.getByRole("button", { name: "Show all" }).click();
    assert.equal((await shownNames(page)).length, 5);
  });

  it("the HTML report goes from the timeline to a notebook, also to one that the filter hides", async () => {
    const { page } = await open(weatherReport());
    await page.getByRole("radio", { name: "Failed 2" }).check();
    await page.locator(".timeline a", { hasText: "weather-etl" }).click();
    const etl = page.locator("details.result", { hasText: "weather-etl" });
    await page.locator("summary:focus", { hasText: "weather-etl" }).waitFor();
    assert.equal(await etl.getAttribute("open"), "");
  });

  describe("by keyboard alone", () => {
    /** The element with the focus: the id of a result, else the text of the element. */
    const focused = async (page: Page) => {
      const result = page.locator("details.result:has(> summary:focus)");
      return (await result.count()) > 0 ? result.getAttribute("id") : page.locator(":focus").textContent();
    };

    it("the HTML report moves by keyboard to a first link that skips to the results", async () => {
      const { page } = await open(weatherReport());
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "Skip to the results");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      assert.equal(await page.locator(":focus").getAttribute("name"), "outcome");
    });
    it("the HTML report filters by arrow keys, and moves by Tab to search, order, next failure and results", async () => {
      const { page } = await open(weatherReport());
      await page.locator("input[name=outcome]:checked").focus();
      await page.keyboard.press("ArrowRight");
      assert.equal((await shownNames(page)).length, 2);
      const names: (string | null)[] = [];
      for (let step = 0; step < 4; step++) {
        await page.keyboard.press("Tab");
        const element = page.locator(":focus");
        names.push((await element.getAttribute("name")) ?? (await element.getAttribute("class")));
      }
      assert.deepEqual(names, ["words", "order", "next", "row"]);
    });
    it("the HTML report closes and opens a result by Enter, and moves through the list by arrow keys", async () => {
      const { page } = await open(weatherReport());
      await page.locator("#case-2 > summary").focus();
      await page.keyboard.press("Enter");
      assert.equal(
        await page.locator("details.result", { hasText: "weather-quality" }).getAttribute("open"),
        null,
      );
      await page.keyboard.press("ArrowDown");
      assert.equal(await focused(page), "case-4");
      await page.keyboard.press("ArrowDown");
      assert.equal(await focused(page), "case-1");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      assert.equal(await focused(page), "case-2");
    });
    it("the HTML report moves from failure to failure, says which one it is, and keeps the focus on the button", async () => {
      const { page } = await open(htmlReport(runOf(30, (index) => (index % 10 === 3 ? "failed" : "passed"))));
      const seen: string[] = [];
      await page.getByRole("button", { name: "Next failure" }).focus();
      for (let step = 0; step < 4; step++) {
        await page.keyboard.press("Enter");
        const id = await page.locator(".result.current[open]").getAttribute("id");
        seen.push(`${id}: ${await page.locator(".next output").innerText()}`);
        assert.equal(await focused(page), "Next failure");
      }
      assert.deepEqual(seen, ["case-4: 1 of 3", "case-14: 2 of 3", "case-24: 3 of 3", "case-4: 1 of 3"]);
    });
  });

  for (const [screen, options] of Object.entries({
    "on a desktop": { viewport: { width: 1200, height: 900 } },
    "in the dark": { viewport: { width: 1200, height: 900 }, colorScheme: "dark" },
    "on a phone": { viewport: { width: 360, height: 740 } },
  } satisfies Record<string, BrowserContextOptions>))
    it(`the HTML report has no barriers that axe-core finds, and does not scroll sideways, ${screen}`, async () => {
      const { page } = await open(weatherReport(), options);
      for (const details of await page.locator("details").all())
        await details.evaluate((element) => element.setAttribute("open", ""));
      assert.deepEqual(await findBarriers(page), []);
      const overflow = Number(await page.evaluate("document.documentElement.scrollWidth - innerWidth"));
      assert.ok(overflow <= 0, `${overflow} px wider than the window`);
    });

  it("the HTML report shows all results if scripts are blocked", async () => {
    const { page } = await open(weatherReport(), { javaScriptEnabled: false });
    assert.equal(await page.locator(".result:visible").count(), 5);
    await page.getByText("1 passed test").click();
    assert.equal(await page.locator(".result:visible").count(), 6);
    assert.equal(await page.locator("form, .copy").first().isVisible(), false);
  });

  it("the HTML report prints light, without controls, with the failures open", async () => {
    const { page } = await open(weatherReport(), { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.locator("form").isVisible(), false);
    assert.equal(await page.locator(".source").isVisible(), true);
    assert.equal(
      await page.evaluate("getComputedStyle(document.body).backgroundColor"),
      "rgb(255, 255, 255)",
    );
  });

  it("the HTML report lays out only the cases on the screen, of 5,000", async () => {
    const { page } = await open(htmlReport(runOf(5000, (index) => (index % 20 === 0 ? "failed" : "passed"))));
    const laidOut = () =>
      page.evaluate(
        `[...document.querySelectorAll(".result > *")].filter((part) => part.checkVisibility({ contentVisibilityAuto: true })).length`,
      );
    assert.equal(await page.locator(".result").count(), 5000);
    assert.equal(await page.locator(".result:visible").count(), 250);
    assert.equal(await page.getByText("45 passed groups with 4500 tests").count(), 1);
    assert.ok(Number(await laidOut()) < 500, `${await laidOut()} parts are laid out`);
    await page.getByRole("searchbox").fill("wrong 49");
    assert.equal(await page.locator(".result:visible").count(), 5);
  });

  it("the HTML report marks the words of a search", async () => {
    const { page } = await open(weatherReport());
    await page.getByRole("searchbox").fill("MAXIMUM minimum");
    const words = await markedWords(page);
    assert.ok(words.length >= 4);
    assert.deepEqual([...new Set(words.map((word) => word.toLowerCase()))].sort(), ["maximum", "minimum"]);
    await page.getByRole("searchbox").fill("(.*");
    assert.deepEqual(await markedWords(page), []);
  });

  it("the HTML report sorts by time over all groups, and back", async () => {
    const { page } = await open(weatherReport());
    const before = await shownNames(page);
    await page.getByRole("combobox", { name: "Order" }).selectOption("Longest first");
    assert.deepEqual(await shownNames(page), [
      "notebooks/weather-etl",
      "notebooks/weather-quality",
      "notebooks/weather-forecast",
      "every day is there once",
      "minimum is below maximum",
      "station keeps its place",
    ]);
    assert.equal(await page.locator("#case-3 .of").innerText(), "notebooks/weather-quality");
    await page.getByRole("button", { name: "Next failure" }).click();
    assert.equal(await page.locator(".result.current").getAttribute("id"), "case-2");
    await page.getByRole("combobox", { name: "Order" }).selectOption("Failures first");
    assert.deepEqual(await shownNames(page), before);
    assert.equal(await page.locator(".of").count(), 0);
  });

  it("the HTML report copies a failing cell and its traceback", async () => {
    const { page } = await open(weatherReport(), { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy Cell 6 of notebooks/weather-quality" }).click();
    const { failingCell, trace } = weatherRun().notebooks![1]!;
    const copied = () => page.evaluate<string>("navigator.clipboard.readText()");
    await page.getByText("Copied").waitFor();
    assert.equal(await copied(), failingCell!.source);
    await page.getByRole("button", { name: "Copy Traceback of notebooks/weather-quality" }).click();
    await page.waitForFunction("document.querySelectorAll('.copy').length && true");
    await page.getByText("Copied").nth(1).waitFor();
    assert.equal(await copied(), trace);
  });

  it("the HTML report opens at the result that its address names, also one that is folded", async () => {
    const { page } = await open(weatherReport());
    const link = page.locator("#case-4").getByRole("link", { name: "Link to this result" });
    assert.equal(await link.getAttribute("href"), "#case-4");
    await page.evaluate("location.hash = 'case-3'");
    await page.locator("#case-3:visible").waitFor();
  });

  it("the HTML report shows times in the zone of its reader, and in UTC when the mouse is over them", async () => {
    const { page } = await open(weatherReport(), { timezoneId: "Asia/Tokyo", locale: "en-GB" });
    const time = page.locator("dd time");
    assert.equal(await time.innerText(), "2 Mar 2026, 18:14 GMT+9");
    assert.equal(await time.getAttribute("title"), "2026-03-02 09:14 UTC");
  });

  it("the HTML report shows results before the timeline if the run failed, and after it if it passed", async () => {
    const order = async (html: string) => {
      const { page } = await open(html);
      return page
        .locator("main > section")
        .evaluateAll((sections) => sections.map(({ className }) => className));
    };
    const passed = weatherRun().notebooks!.filter(({ outcome }) => outcome === "passed");
    assert.deepEqual(await order(weatherReport()), ["results", "timeline"]);
    assert.deepEqual(await order(htmlReport(resultsOfNotebooks("weather", passed))), ["timeline", "results"]);
  });

  it("the HTML report says why it is empty", async () => {
    const { page, problems } = await open(htmlReport({ name: "none", cases: [] }));
    assert.match(
      await page.locator(".none:visible").innerText(),
      /^The results list no test: check the output/,
    );
    assert.deepEqual(problems, []);
  });

  for (const [screen, width] of [
    ["at a width of 390 pixels", 390],
    ["at 200 % zoom of a window of 1280 pixels", 640],
  ] as const)
    it(`the HTML report keeps everything within its card ${screen}`, async () => {
      const { page } = await open(longReport(), { viewport: { width, height: 800 } });
      await page.getByRole("button", { name: "Next failure" }).click();
      for (const details of await page.locator("details").all())
        await details.evaluate((element) => element.setAttribute("open", ""));
      assert.deepEqual(await outsideOfCards(page), []);
    });

  for (const [screen, options] of Object.entries({
    "on a desktop in the dark": { colorScheme: "dark" },
    "on a phone": { viewport: { width: 390, height: 800 } },
  } satisfies Record<string, BrowserContextOptions>))
    it(`the HTML report draws streams, payloads, validations and latencies of a streaming test, ${screen}`, async () => {
      const { page, problems } = await open(htmlReport(brokenStreamingRun()), options);
      const lanes = page.locator(".timeline ol li");
      assert.deepEqual(
        (await lanes.allTextContents()).filter((lane) => /silver|invoices/.test(lane)),
        [
          "silverfailed after 26 sstream, failed after 26 s, started at 9 s",
          "First invoices9.2 spayload produced at 21 s, visible after 9.2 s, 4 tries",
          "Corrected 2024/25 invoicesfailedpayload produced at 33 s, not visible after 2 tries",
        ],
      );
      const drawn = (name: string) => page.locator(`.timeline ol .${name}`).count();
      assert.deepEqual(
        await Promise.all(["stream", "payload", "try.failed", "try.passed", "latency"].map(drawn)),
        [3, 2, 5, 1, 1],
      );
      // The bracket of a latency reaches from the payload to the end of the try that passed.
      const box = async (name: string) => (await lanes.nth(5).locator(name).boundingBox())!;
      const [latency, payload, last] = [
        await box(".latency"),
        await box(".payload"),
        await box(".try.passed"),
      ];
      assert.ok(Math.abs(latency.x - payload.x - payload.width) < 1);
      assert.ok(Math.abs(latency.x + latency.width - last.x - last.width) < 1);
      assert.deepEqual(await findBarriers(page), []);
      assert.deepEqual(await outsideOfCards(page), []);
      assert.deepEqual(problems, []);
    });

  it("the HTML report keeps the times of its timeline within the card if notebooks took all of the time", async () => {
    const startedOn = new Date("2026-03-02T09:14:06Z");
    const notebooks = ["tests/tiers", "tests/all-customers"].map((name) => ({
      name,
      file: `${name}.py`,
      outcome: "passed" as const,
      startedOn,
      durationSeconds: 4000,
      cases: [],
    }));
    const { page } = await open(htmlReport(resultsOfNotebooks("weather", notebooks)), {
      viewport: { width: 390, height: 800 },
    });
    assert.equal(await page.locator(".timeline .bar span").count(), 2);
    assert.deepEqual(await outsideOfCards(page), []);
  });
});

/** A report whose names, messages, values and traces are long and have no place to break. */
function longReport(): string {
  const long = "a_name_without_any_space_".repeat(12);
  const [etl, quality] = weatherRun().notebooks!;
  const cases = [{ ...quality!.cases[1]!, name: long, message: long, className: long }];
  return htmlReport(
    resultsOfNotebooks(long, [
      { ...etl!, name: `${long}1`, exitValue: long },
      {
        ...quality!,
        name: `${long}2`,
        message: long,
        trace: long,
        cases,
        failedAttempts: [{ message: long }],
      },
    ]),
    { environment: long, origin: { number: long, branch: long, startedBy: long }, cluster: weatherCluster() },
  );
}
