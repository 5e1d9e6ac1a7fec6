import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { notebookOps } from "./run-command.ts";

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

  const report = (...args: string[]) => notebookOps(["report", ...args]);

  it("notebook-ops report writes the report of a file, and says what is in it", async () => {
    assert.deepEqual(await report(fixture("pytest-xunit2.xml"), "--html", html), {
      exitCode: 0,
      out: `${html}: 8 cases, 3 failed, 2 skipped\n`,
      err: "",
    });
    assert.match(readFileSync(html, "utf8"), /^<!doctype html>[\s\S]*test_temperature_is_plausible/);
  });

  it("notebook-ops report puts several files into one report, each file's cases below its name", async () => {
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

  it("notebook-ops report refuses a file that is not JUnit XML in one sentence, and writes nothing", async () => {
    const page = path.join(folder, "results.xml");
    writeFileSync(page, "<html></html>");
    const { exitCode, err } = await report(fixture("pytest-xunit2.xml"), page, "--html", html);
    assert.equal(exitCode, 1);
    assert.equal(
      err,
      "Could not read results.xml: it is an HTML page and not XML, probably a sign-in page or an error page; download the results again.\n",
    );
    assert.throws(() => readFileSync(html), { code: "ENOENT" });
  });

  it("notebook-ops report names a file that cannot be read, and a report that cannot be written", async () => {
    const missing = path.join(folder, "missing.xml");
    assert.equal(
      (await report(missing, "--html", html)).err,
      `Could not read the results ${missing}: there is no such file; give the JUnit files that the tests wrote.\n`,
    );
    assert.equal(
      (await report(folder, "--html", html)).err,
      `Could not read the results ${folder}: it is a folder; give the JUnit files that the tests wrote.\n`,
    );
    const nowhere = path.join(folder, "no", "report.html");
    assert.equal(
      (await report(fixture("pytest-xunit2.xml"), "--html", nowhere)).err,
      `Could not write the report to ${nowhere}: its folder does not exist; give another file by --html.\n`,
    );
  });
});
