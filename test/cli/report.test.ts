import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { reportCommand } from "../../local/cli/report.ts";

const fixtures = path.join(import.meta.dirname, "..", "shared", "results", "fixtures");
const fixture = (name: string) => path.join(fixtures, name);

describe("notebook-ops report", () => {
  let folder: string;
  let html: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "report-command-"));
    html = path.join(folder, "report.html");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function report(...args: string[]) {
    const said = { out: "", err: "" };
    const to = (stream: "out" | "err") => ({ write: (text: string) => (said[stream] += text) });
    const exitCode = await reportCommand(args, to("out"), to("err"));
    return { exitCode, ...said };
  }

  it("writes the report of a file, and says what is in it", async () => {
    assert.deepEqual(await report(fixture("pytest-xunit2.xml"), "--html", html), {
      exitCode: 0,
      out: `${html}: 8 cases, 3 failed, 2 skipped\n`,
      err: "",
    });
    assert.match(readFileSync(html, "utf8"), /^<!doctype html>[\s\S]*test_temperature_is_plausible/);
  });

  it("puts several files into one report, each file's cases below its name", async () => {
    const { exitCode, out } = await report(
      fixture("pytest-xunit2.xml"),
      fixture("pytest-xunit1.xml"),
      fixture("go-junit-report.xml"),
      "--html",
      html,
    );
    assert.equal(exitCode, 0);
    assert.match(out, /22 cases, 7 failed, 5 skipped/);
    const page = readFileSync(html, "utf8");
    assert.match(page, /pytest tests \/ pytest </);
    assert.match(page, /pytest tests \(2\) \/ pytest </);
    assert.match(page, /example\.com\/weather </);
  });

  it("refuses what is no JUnit in one sentence, and writes nothing", async () => {
    const page = path.join(folder, "results.xml");
    writeFileSync(page, "<html></html>");
    const { exitCode, err } = await report(fixture("pytest-xunit2.xml"), page, "--html", html);
    assert.equal(exitCode, 1);
    assert.equal(
      err,
      "results.xml is an HTML page, not XML: a sign-in or error page was probably saved in place of the results.\n",
    );
    assert.throws(() => readFileSync(html), { code: "ENOENT" });
  });

  it("names a file that cannot be read, and a report that cannot be written", async () => {
    const missing = path.join(folder, "missing.xml");
    assert.equal(
      (await report(missing, "--html", html)).err,
      `The results ${missing} cannot be read (it does not exist): name the JUnit files that the tests wrote.\n`,
    );
    const nowhere = path.join(folder, "no", "report.html");
    assert.equal(
      (await report(fixture("pytest-xunit2.xml"), "--html", nowhere)).err,
      `The report cannot be written to ${nowhere} (its folder does not exist): name another file by --html.\n`,
    );
  });

  it("explains its arguments", async () => {
    for (const args of [[], ["a.xml"], ["--html", "b.html"], ["a.xml", "--htm", "b"]]) {
      const { exitCode, err } = await report(...args);
      assert.equal(exitCode, 2);
      assert.match(err, /^notebook-ops report .*; usage: notebook-ops report RESULTS\.xml… --html FILE\n$/);
    }
  });
});
