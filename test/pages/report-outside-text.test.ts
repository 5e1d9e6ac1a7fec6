import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import { resultsOfNotebooks } from "../../shared/results/test-results.ts";
import { hostileMarkup, hugeLine } from "../fixtures/hostile-markup.ts";
import { weatherRun } from "../shared/results/weather-run.ts";
import { runOf, useReportPages } from "./report-pages.ts";

describe("HTML report with text from outside, in Chromium", () => {
  const open = useReportPages();

  const [notebook] = weatherRun().notebooks!;

  /** A report with a notebook for each text, which is in every place for text from outside. */
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

  /** The elements of the results of each notebook, without those that depend on the lines of a text, or on whether it is an address. */
  async function elementsOf(page: Page): Promise<string[]> {
    const elements = await page
      .locator(".group")
      .evaluateAll((groups) =>
        groups.map((group) =>
          Array.from(
            group.querySelectorAll(
              "*:not(.block:has(pre[aria-label^=Message]), .block:has(pre[aria-label^=Message]) *)",
            ) as Iterable<{ tagName: string }>,
            ({ tagName }) => tagName,
          ),
        ),
      );
    return elements.map((tags) => tags.filter((tag) => !["A", "P", "MARK", "SPAN"].includes(tag)).join(" "));
  }

  it("the HTML report runs and loads nothing that comes from outside, and links only to web addresses", async () => {
    const { page, problems } = await open(reportOf(hostileMarkup.map(({ text }) => text)));
    // Every frame is loaded, so that its content could run.
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

  it("the HTML report shows no characters from outside that reorder or hide others", () => {
    for (const { name, text } of hostileMarkup)
      assert.doesNotMatch(
        reportOf([text]).replace(/srcdoc="[^"]*"/g, ""),
        /[\u202A-\u202E\u2066-\u2069\u200B\u0000-\u0008\u001B]/,
        name,
      );
  });

  it("the HTML report cuts outside texts of 10 MB", () => {
    const run = runOf(1, () => "failed");
    Object.assign(run.cases[0]!, {
      name: hugeLine(),
      message: hugeLine(),
      trace: hugeLine(),
      output: hugeLine(),
    });
    assert.ok(htmlReport(run).length < 400_000);
  });

  it("the HTML report shows the output of a notebook in a frame, in which nothing runs or loads", async () => {
    const requests: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url);
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
        (globalThis as unknown as { getComputedStyle(element: unknown): { color: string } }).getComputedStyle(
          p,
        ).color;
      assert.equal(await frame.locator("p").evaluate(inPage), "rgb(1, 2, 3)");
      await frame.getByRole("button", { name: "go" }).click();
      await frame.getByRole("link", { name: "away" }).click();
      assert.equal(await page.evaluate(`"hostile" in window`), false);
      await page.context().close();
      assert.deepEqual(requests, []);
    } finally {
      server.close();
    }
  });
});
