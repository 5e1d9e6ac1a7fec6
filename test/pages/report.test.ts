import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import type { TestCase, TestOutcome } from "../../shared/results/test-case.ts";
import type { TestResults } from "../../shared/results/test-results.ts";
import { resultsOfNotebooks } from "../../shared/results/test-results.ts";
import { hostileMarkup, hugeLine } from "../fixtures/hostile-markup.ts";
import { weatherCluster, weatherRun } from "../shared/results/weather-run.ts";
import { findBarriers, openChromium, openPage } from "./chromium.ts";

let browser: Browser;
let folder: string | undefined;

function weatherReport(): string {
  return htmlReport(weatherRun(), { cluster: weatherCluster(), environment: "staging" });
}

async function open(html: string, options = {}) {
  const file = path.join(folder!, `${Math.random()}.html`);
  writeFileSync(file, html);
  return openPage(browser, file, options);
}

/** The names of the results that can be seen, in their order. */
function shownNames(page: Page): Promise<string[]> {
  return page
    .locator(".result:visible > summary .name, .result.row:visible .name")
    .evaluateAll((names) =>
      names.map((name) => (name.querySelector("h3") ?? name.firstChild)?.textContent ?? ""),
    );
}

function runOf(count: number, outcomeOf: (index: number) => TestOutcome): TestResults {
  const cases = Array.from({ length: count }, (_, index): TestCase => {
    const outcome = outcomeOf(index);
    return {
      name: `case ${index}`,
      className: `tests.test_${index % 50}`,
      outcome,
      durationSeconds: 0.1,
      ...(outcome === "failed" ? { message: `wrong ${index}`, trace: "line of a trace\n".repeat(30) } : {}),
    };
  });
  return { name: "many", cases };
}

describe("HTML report in Chromium", () => {
  before(async function () {
    const opened = await openChromium();
    if (!opened) return this.skip();
    browser = opened;
    folder = mkdtempSync(path.join(tmpdir(), "report-"));
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  it("shows the verdict, the timeline and each notebook with its cases", async () => {
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

  it("opens a failing notebook with its cell, source and traceback", async () => {
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

  it("filters by outcome", async () => {
    const { page } = await open(weatherReport());
    await page.getByRole("radio", { name: "Failed 2" }).check();
    assert.deepEqual(await shownNames(page), ["notebooks/weather-quality", "minimum is below maximum"]);
    assert.equal(await page.getByText("2 of 6 results shown").count(), 1);
    await page.getByRole("radio", { name: "Skipped 1" }).check();
    assert.deepEqual(await shownNames(page), ["station keeps its place"]);
    await page.getByRole("radio", { name: "All 6" }).check();
    assert.equal((await shownNames(page)).length, 6);
  });

  it("searches names, messages and traces for all words", async () => {
    const { page } = await open(weatherReport());
    const search = page.getByRole("searchbox");
    await search.fill("MAXIMUM 2015-07-15");
    assert.deepEqual(await shownNames(page), ["minimum is below maximum"]);
    await search.fill("traceback");
    assert.deepEqual(await shownNames(page), ["notebooks/weather-quality"]);
    await search.fill("no such words");
    assert.equal(await page.getByText("No result has this outcome and these words.").isVisible(), true);
  });

  it("goes from the timeline to a notebook, even to one that the filter hides", async () => {
    const { page } = await open(weatherReport());
    await page.getByRole("radio", { name: "Failed 2" }).check();
    await page.locator(".timeline a", { hasText: "weather-etl" }).click();
    const etl = page.locator("details.result", { hasText: "weather-etl" });
    await page.locator("summary:focus", { hasText: "weather-etl" }).waitFor();
    assert.equal(await etl.getAttribute("open"), "");
  });

  describe("by keyboard alone", () => {
    /** Where the focus is: the id of a result, else the text of the element. */
    const focused = async (page: Page) => {
      const result = page.locator("details.result:has(> summary:focus)");
      return (await result.count()) > 0 ? result.getAttribute("id") : page.locator(":focus").textContent();
    };

    it("starts at a link that skips to the results", async () => {
      const { page } = await open(weatherReport());
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "Skip to the results");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      assert.equal(await page.locator(":focus").getAttribute("name"), "outcome");
    });
    it("filters by arrow keys, and reaches search, next failure and results in that order", async () => {
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
    it("closes and opens a result, and walks through the list", async () => {
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
    it("walks from failure to failure, and round", async () => {
      const { page } = await open(htmlReport(runOf(30, (index) => (index % 10 === 3 ? "failed" : "passed"))));
      const seen: (string | null)[] = [];
      for (let step = 0; step < 4; step++) {
        await page.getByRole("button", { name: "Next failure" }).press("Enter");
        seen.push(await focused(page));
      }
      assert.deepEqual(seen, ["case-4", "case-14", "case-24", "case-4"]);
    });
  });

  for (const [name, options] of Object.entries({
    "on a desktop": { viewport: { width: 1200, height: 900 } },
    "in the dark": { viewport: { width: 1200, height: 900 }, colorScheme: "dark" },
    "on a phone": { viewport: { width: 360, height: 740 } },
  }))
    it(`has no barriers that axe-core finds, and nothing beside its edge, ${name}`, async () => {
      const { page } = await open(weatherReport(), options);
      for (const details of await page.locator("details").all())
        await details.evaluate((element) => element.setAttribute("open", ""));
      assert.deepEqual(await findBarriers(page), []);
      const overflow = Number(await page.evaluate("document.documentElement.scrollWidth - innerWidth"));
      assert.ok(overflow <= 0, `${overflow} px wider than the window`);
    });

  it("is whole where scripts are blocked", async () => {
    const { page } = await open(weatherReport(), { javaScriptEnabled: false });
    assert.equal(await page.locator(".result:visible").count(), 6);
    assert.equal(await page.locator("form").isVisible(), false);
  });

  it("prints light, without controls, with the failures open", async () => {
    const { page } = await open(weatherReport(), { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.locator("form").isVisible(), false);
    assert.equal(await page.locator(".source").isVisible(), true);
    assert.equal(
      await page.evaluate("getComputedStyle(document.body).backgroundColor"),
      "rgb(255, 255, 255)",
    );
  });

  describe("with text from outside", () => {
    const [notebook] = weatherRun().notebooks!;

    /** A notebook for each text, which stands in every place that takes text from outside. */
    function reportOf(texts: readonly string[]): string {
      const notebooks = texts.map((text) => ({
        ...notebook!,
        name: text,
        file: text,
        outcome: "failed" as const,
        message: text,
        trace: text,
        exitValue: text,
        url: text,
        failingCell: { number: 1, language: text, source: text },
        exportedHtml: `<p>${text}</p>`,
        cases: [
          {
            name: text,
            className: text,
            suite: [text],
            outcome: "failed" as const,
            durationSeconds: 1,
            message: text,
            output: text,
            failedAttempts: [{ message: text, trace: text }],
            url: text,
          },
        ],
      }));
      const all = texts.join(" ");
      const links = texts.map((url) => ({ words: "Run", url }));
      return htmlReport(resultsOfNotebooks(all, notebooks), { environment: all, links });
    }

    /** The elements of each notebook's results, without those that depend on a text's lines or on its being an address. */
    async function elementsOf(page: Page): Promise<string[]> {
      const elements = await page
        .locator(".group")
        .evaluateAll((groups) =>
          groups.map((group) =>
            Array.from(
              group.querySelectorAll("*") as Iterable<{ tagName: string }>,
              ({ tagName }) => tagName,
            ),
          ),
        );
      return elements.map((tags) =>
        tags.filter((tag) => !["A", "P", "MARK", "SPAN"].includes(tag)).join(" "),
      );
    }

    it("runs nothing, loads nothing and links to web addresses alone", async () => {
      const { page, problems } = await open(reportOf(hostileMarkup.map(({ text }) => text)));
      // Every frame is loaded, so that what is in it could act.
      await page.locator("iframe").evaluateAll((frames) =>
        Promise.all(
          frames.map(
            (frame) =>
              new Promise((loaded) => {
                frame.addEventListener("load", loaded, { once: true });
                frame.removeAttribute("loading");
                frame.setAttribute("srcdoc", frame.getAttribute("srcdoc") ?? "");
              }),
          ),
        ),
      );
      const [harmless] = await elementsOf((await open(reportOf(["harmless"]))).page);
      const elements = await elementsOf(page);
      for (const [index, { name }] of hostileMarkup.entries()) assert.equal(elements[index], harmless, name);
      assert.equal(await page.evaluate(`"hostile" in window`), false);
      const protocols = await page
        .locator("a:not([href^='#'])")
        .evaluateAll((links) => links.map((link) => (link as unknown as { protocol: string }).protocol));
      assert.deepEqual([...new Set(protocols)], ["https:"]);
      assert.equal(page.frames().length > hostileMarkup.length, true, "no frame was loaded");
      const refusals = /sandboxed|Content Security Policy|Not allowed to load local resource/;
      assert.deepEqual(
        problems.filter((problem) => !refusals.test(problem)),
        [],
      );
    });

    it("shows no character that turns or hides others", () => {
      for (const { name, text } of hostileMarkup)
        assert.doesNotMatch(
          reportOf([text]).replace(/srcdoc="[^"]*"/g, ""),
          /[\u202A-\u202E\u2066-\u2069\u200B\u0000-\u0008\u001B]/,
          name,
        );
    });

    it("cuts lines of 10 MB", () => {
      const run = runOf(1, () => "failed");
      Object.assign(run.cases[0]!, {
        name: hugeLine(),
        message: hugeLine(),
        trace: hugeLine(),
        output: hugeLine(),
      });
      assert.ok(htmlReport(run).length < 400_000);
    });

    it("keeps notebook output in a frame of its own, which may show but not act", async () => {
      const asked: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url);
        response.end();
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const exportedHtml = `<style>p { color: rgb(1, 2, 3) }</style><p>output</p>
        <script>parent.hostile = true; fetch("${site}/script")</script>
        <img src="${site}/image"><link rel="stylesheet" href="${site}/style"><link rel="prefetch" href="${site}/prefetch">
        <meta http-equiv="refresh" content="0;url=${site}/refresh"><iframe src="${site}/frame"></iframe>
        <form action="${site}/form"><button>go</button></form><a href="${site}/link">away</a>`;
      try {
        const { page } = await open(htmlReport(resultsOfNotebooks("r", [{ ...notebook!, exportedHtml }])));
        await page.locator("summary", { hasText: "weather-etl" }).click();
        await page.getByText("Notebook with its output").click();
        const frame = page.frameLocator("iframe");
        assert.equal(await frame.locator("p").textContent(), "output");
        const inPage = (p: unknown) =>
          (
            globalThis as unknown as { getComputedStyle(element: unknown): { color: string } }
          ).getComputedStyle(p).color;
        assert.equal(await frame.locator("p").evaluate(inPage), "rgb(1, 2, 3)");
        await frame.getByRole("button", { name: "go" }).click();
        await frame.getByRole("link", { name: "away" }).click();
        assert.equal(await page.evaluate(`"hostile" in window`), false);
        await page.context().close();
        assert.deepEqual(asked, []);
      } finally {
        server.close();
      }
    });
  });

  it("lays out of 5,000 cases those on the screen alone", async () => {
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
