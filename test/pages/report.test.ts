import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import { weatherCluster, weatherRun } from "../shared/results/weather-run.ts";
import { findBarriers } from "./chromium.ts";
import { runOf, useReportPages } from "./report-pages.ts";

function weatherReport(): string {
  return htmlReport(weatherRun(), { cluster: weatherCluster(), environment: "staging" });
}

/** The names of the visible results, in their order. */
function shownNames(page: Page): Promise<string[]> {
  return page
    .locator(".result:visible > summary .name, .result.row:visible .name")
    .evaluateAll((names) =>
      names.map((name) => (name.querySelector("h3") ?? name.firstChild)?.textContent ?? ""),
    );
}

describe("HTML report in Chromium", () => {
  const open = useReportPages();

  it("the HTML report shows the overall result, the timeline and each notebook with its cases", async () => {
    const { page, problems } = await open(weatherReport());
    assert.equal(await page.title(), "weather – 2 failed");
    assert.equal(await page.locator(".sentence").textContent(), "2 of 6 failed, 3 passed, 1 skipped");
    assert.deepEqual(await shownNames(page), [
      "notebooks/weather-etl",
      "notebooks/weather-quality",
      "every day is there once",
      "minimum is below maximum",
      "station keeps its place",
      "notebooks/weather-forecast",
    ]);
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
      await quality.locator("a").getAttribute("href"),
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
    await page.getByRole("radio", { name: "All 6" }).check();
    assert.equal((await shownNames(page)).length, 6);
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
    it("the HTML report filters by arrow keys, and moves by Tab to search, next failure and results, in this order", async () => {
      const { page } = await open(weatherReport());
      await page.locator("input[name=outcome]:checked").focus();
      await page.keyboard.press("ArrowRight");
      assert.equal((await shownNames(page)).length, 2);
      const names: (string | null)[] = [];
      for (let step = 0; step < 3; step++) {
        await page.keyboard.press("Tab");
        const element = page.locator(":focus");
        names.push((await element.getAttribute("name")) ?? (await element.getAttribute("class")));
      }
      assert.deepEqual(names, ["words", "next", "row"]);
    });
    it("the HTML report closes and opens a result by Enter, and moves through the list by arrow keys", async () => {
      const { page } = await open(weatherReport());
      await page.getByRole("button", { name: "Next failure" }).press("Enter");
      assert.equal(await focused(page), "case-2");
      await page.keyboard.press("Enter");
      assert.equal(
        await page.locator("details.result", { hasText: "weather-quality" }).getAttribute("open"),
        null,
      );
      await page.keyboard.press("ArrowDown");
      assert.equal(await focused(page), "case-6");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      assert.equal(await focused(page), "case-1");
    });
    it("the HTML report moves from failure to failure, and from the last one to the first", async () => {
      const { page } = await open(htmlReport(runOf(30, (index) => (index % 10 === 3 ? "failed" : "passed"))));
      const seen: (string | null)[] = [];
      for (let step = 0; step < 4; step++) {
        await page.getByRole("button", { name: "Next failure" }).press("Enter");
        seen.push(await focused(page));
      }
      assert.deepEqual(seen, ["case-4", "case-14", "case-24", "case-4"]);
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
    assert.equal(await page.locator(".result:visible").count(), 6);
    assert.equal(await page.locator("form").isVisible(), false);
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
    assert.ok(Number(await laidOut()) < 500, `${await laidOut()} parts are laid out`);
    await page.getByRole("searchbox").fill("wrong 49");
    assert.equal(await page.locator(".result:visible").count(), 5);
  });
});
