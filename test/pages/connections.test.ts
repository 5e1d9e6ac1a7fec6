import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { reportCommand } from "../../local/cli/report.ts";
import { toJUnit } from "../../shared/results/junit.ts";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import { resultsOfNotebooks } from "../../shared/results/test-results.ts";
import { connectingMarkup } from "../fixtures/hostile-markup.ts";
import { recordOf } from "../shared/results/status-record-of.ts";
import { openChromium } from "./chromium.ts";
import { ResultsTabHost } from "./results-tab-host.ts";

const domain = "connects.example";
/** A host for each markup, so that the log of the browser shows which markup connected. */
const hosts = connectingMarkup.map((_, index) => `case-${index}.${domain}`);
const control = `control.${domain}`;

function notebookRun(name: string, exportedHtml: string) {
  return {
    name,
    outcome: "failed" as const,
    startedOn: new Date("2026-03-02T09:14:00Z"),
    durationSeconds: 1,
    message: `<iframe src="https://${hosts[0]}/"></iframe>`,
    exportedHtml,
    cases: [],
  };
}

/** A page in the form of a Databricks export, with each output in a cell. */
function exported(outputs: readonly string[]): string {
  const commands = outputs.map((html, position) => ({
    position,
    command: `displayHTML(${position})`,
    state: "finished",
    results: { type: "listResults", data: [{ type: "html", data: html }] },
  }));
  const model = encodeURIComponent(JSON.stringify({ language: "python", commands }));
  return `<script>var __DATABRICKS_NOTEBOOK_MODEL = '${Buffer.from(model).toString("base64")}';</script>`;
}

const markups = connectingMarkup.map(({ markup }, index) => markup(hosts[index]!));

/** A run with a notebook for each markup, and one notebook with all of them as outputs. */
const hostileRun = resultsOfNotebooks("hostile", [
  ...markups.map((markup, index) => notebookRun(`page ${index}`, `<p>page ${index}</p>${markup}`)),
  notebookRun("all", exported(markups)),
]);

const hostileReport = () => htmlReport(hostileRun);

/** A page that somebody attached instead of a report, which names the notebooks of the run. */
function forgedReport(): string {
  const frames = markups.map(
    (markup, index) =>
      `<iframe data-source="page ${index}" srcdoc="${`<p>page ${index}</p>${markup}`.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"></iframe>`,
  );
  return [...frames, ...markups].join("\n");
}

/** Opens everything that a reader can open, in all frames, and prints the page. */
async function readAll(page: Page): Promise<void> {
  const unfold = `document.querySelectorAll("iframe").forEach((frame) => frame.removeAttribute("loading"));
    document.querySelectorAll("details").forEach((details) => { details.open = true; });`;
  await page.evaluate(unfold);
  await page.waitForLoadState("load");
  for (const frame of page.frames()) await frame.evaluate(unfold);
  for (const frame of page.frames().slice(-3))
    for (const link of await frame.locator(`a[href*="${domain}"]`).all()) await link.hover({ force: true });
  await page.emulateMedia({ media: "print" });
  await page.pdf();
}

describe("pages with markup that would connect", function () {
  this.timeout(120_000);
  let browser: Browser;
  let folder: string;
  let server: Server;
  let connections: number;

  beforeEach(async function () {
    folder = mkdtempSync(path.join(tmpdir(), "connections-"));
    connections = 0;
    server = createServer((socket) => {
      connections++;
      socket.on("error", () => {}).end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo;
    const opened = await openChromium([
      `--host-resolver-rules=MAP *.${domain} 127.0.0.1:${port}`,
      `--log-net-log=${path.join(folder, "net.json")}`,
    ]);
    if (!opened) return this.skip();
    browser = opened;
  });
  afterEach(async () => {
    await browser?.close();
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** The markups that connected or looked a name up, from the number of connections and the log of the browser, which has the names. */
  async function connected(): Promise<string[]> {
    const before = connections;
    // A request of our own proves that the listener and the log work. It comes after all requests of the page.
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://${control}/`);
    assert.ok(connections > before, "the listener is not reached");
    await browser.close();
    const log = readFileSync(path.join(folder, "net.json"), "utf8");
    assert.ok(log.includes(control), "the log does not name hosts");
    const named = connectingMarkup.filter((_, index) => new RegExp(`\\b${hosts[index]}`).test(log));
    const names = named.map(({ name }) => name);
    return before > 0 && names.length === 0 ? [`${before} connections`] : names;
  }

  it("the HTML report opens no connection, whatever the reader opens, hovers or prints", async () => {
    const file = path.join(folder, "report.html");
    writeFileSync(file, hostileReport());
    const page = await browser.newPage();
    await page.goto(`file://${file}`);
    await readAll(page);
    const shown = await Promise.all(page.frames().map((frame) => frame.locator("body").innerText()));
    assert.ok(
      shown.some((text) => text.includes("page 0")) && shown.some((text) => text.includes("displayHTML(0)")),
    );
    assert.deepEqual(await connected(), []);
  });

  it("the report that notebook-ops report makes opens no connection", async () => {
    const results = path.join(folder, "results.xml");
    const file = path.join(folder, "report.html");
    const text = markups.join("\n");
    const testCase = {
      name: text,
      className: text,
      outcome: "failed" as const,
      durationSeconds: 1,
      message: text,
      trace: text,
      output: text,
    };
    writeFileSync(
      results,
      toJUnit({ name: text, cases: [testCase], suiteOutputs: [{ suite: [text], output: text }] }),
    );
    const nowhere = { write: () => true };
    assert.equal(
      await reportCommand(
        { arguments: [results], options: { html: file }, afterDashes: undefined },
        nowhere,
        nowhere,
      ),
      0,
    );
    const page = await browser.newPage();
    await page.goto(`file://${file}`);
    await readAll(page);
    assert.deepEqual(await connected(), []);
  });

  for (const [what, report] of Object.entries({
    "the report of a run": hostileReport,
    "a page that somebody attached as a report": forgedReport,
  }))
    it(`the results tab opens no connection for ${what}`, async () => {
      const host = await ResultsTabHost.start();
      try {
        await host.keep({ "9": [JSON.stringify(recordOf({ testRun: hostileRun }))] });
        await host.keepFile("9", "notebooks.html", report());
        await host.keepFile("9", "notebooks.xml", toJUnit(hostileRun));
        const page = await browser.newPage();
        await page.goto(host.url);
        await page.locator(".results details.result").first().waitFor();
        await page.evaluate(
          `document.querySelectorAll("details.result").forEach((row) => { row.open = true; })`,
        );
        await page
          .getByText("Notebook with its output")
          .nth(markups.length - 1)
          .waitFor();
        await page.evaluate(
          `document.querySelectorAll("details.output").forEach((part) => { part.open = true; })`,
        );
        await page.frameLocator("iframe").first().getByText("page 0").waitFor();
        assert.ok(page.frames().length > markups.length);
        await readAll(page);
        assert.deepEqual(await connected(), []);
      } finally {
        await host.stop();
      }
    });
});
