import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import { parseStatusRecord } from "../../../shared/results/status-record-reader.ts";
import { hostileMarkup } from "../../fixtures/hostile-markup.ts";
import { holdsCommand } from "../../fixtures/hostile-text.ts";
import {
  attached,
  exitsWith,
  markdownWithoutCode,
  python,
  reportedTests,
  runNotebook,
} from "./run-notebook.ts";

describe("DatabricksRunNotebook and its report", function () {
  this.timeout(120_000);

  it("summarises on the run's page the notebooks, the failing cell, the end of its trace and the cluster's time", async () => {
    await using step = await runNotebook({
      "etl.py": python(exitsWith("1461 rows")),
      "quality.py": python("frost = 2", "def check():\n  assert frost == 0, '2 days < 0 °C'\ncheck()"),
    });
    const result = await step.run();
    const summary = await readFile(result.effects.summaries[0]!, "utf8");
    assert.match(summary, /^## ❌ `Databricks notebooks`: 1 of 2 notebooks failed$/m);
    assert.match(
      summary,
      /^\[Pipeline run\]\(https:\/\/dev\.azure\.com\/contoso\/weather\/_build\/results\?buildId=345\) · /m,
    );
    assert.match(summary, /^\| ✅ passed \| `etl` \| {2}\| .* \| `1461 rows` \| \[run\]\(https:/m);
    assert.match(
      summary,
      /^Cell 2:\n\n```python\ndef check\(\):\n {2}assert frost == 0, '2 days < 0 °C'\ncheck\(\)\n```$/m,
    );
    assert.match(summary, /^Last lines of the trace:\n\n```\n(.*\n)*AssertionError: 2 days < 0 °C\n```$/m);
    assert.match(summary, /^Cluster `existing` \(\[page\]\(https:.*\)\): .* used by notebooks, .* idle\.$/m);
  });

  it("reports the time for which a cluster ran without a notebook as idle", async () => {
    await using step = await runNotebook({ "etl.py": python(exitsWith("done")) });
    await step.workspace.advanceClock(3600);
    const result = await step.run();
    const summary = await readFile(result.effects.summaries[0]!, "utf8");
    assert.match(summary, /^Cluster `existing` .*: .* m?s used by notebooks, (1 h|59 min).* idle\.$/m);
  });

  it("attaches the results as JUnit XML, with the failing cell and the exit values, and as a report with what was run", async () => {
    await using step = await runNotebook(
      {
        "etl.py": python(exitsWith({ rows: 1461 })),
        "quality.sql": "-- Databricks notebook source\nSELECT * FROM missing",
      },
      { isBuild: true },
    );
    const result = await step.run({
      variables: {
        "Build.BuildNumber": "20260302.4",
        "Build.SourceBranch": "refs/heads/release/1.4",
        "Build.SourceVersion": "1f0c9e2a77aa4be0b6d1",
        "Build.RequestedFor": "Ada Lovelace",
        "Build.Reason": "Schedule",
      },
    });
    const { cases } = readJUnit(await attached(result, "notebook-ops.junit"), { file: "junit" });
    assert.deepEqual(
      cases.map(({ name, outcome, output }) => [name, outcome, output]),
      [
        ["etl", "passed", '{"rows":1461}'],
        ["quality", "failed", undefined],
      ],
    );
    assert.equal(cases[1]!.failingCell?.language, "sql");
    const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
    assert.deepEqual(
      record.results.map(({ exitValue }) => exitValue),
      ['{"rows":1461}', undefined],
    );
    const page = await attached(result, "notebook-ops.report");
    for (const fact of ["20260302.4", "release/1.4", "1f0c9e2a", "Ada Lovelace (a schedule)"])
      assert.ok(page.includes(`<dd>${fact}</dd>`), fact);
    assert.match(
      await readFile(result.effects.summaries[0]!, "utf8"),
      /^Run `20260302\.4` of `release\/1\.4` at `1f0c9e2a`, begun by `Ada Lovelace \(a schedule\)`\.$/m,
    );
  });

  it("attaches an HTML report and a test status record, and tags the build", async () => {
    const notebooks = {
      "etl.py": python(exitsWith("1461 rows")),
      "quality.py": python("raise ValueError('2 days < 0 °C')"),
    };
    await using step = await runNotebook(notebooks, { isBuild: true });
    const result = await step.run();
    const page = await attached(result, "notebook-ops.report");
    assert.match(page, /^<!doctype html>/);
    assert.match(page, /2 days &lt; 0 °C/);
    const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
    assert.deepEqual(record.counts, { total: 2, passed: 1, failed: 1, skipped: 0 });
    assert.equal(record.platform, "databricks");
    assert.equal(record.workspace, step.workspace.emulator.ready.databricksUrl);
    assert.equal(record.run.buildId, "345");
    assert.deepEqual(
      record.results.map(({ name, outcome, message }) => [name, outcome, message]),
      [
        ["etl", "passed", undefined],
        ["quality", "failed", "ValueError: 2 days < 0 °C"],
      ],
    );
    assert.deepEqual(step.buildTags(), ["notebook-ops.test-status"]);
  });

  it("succeeds with a warning if Azure DevOps refuses the build tag", async () => {
    const workspace = { devops: { permissions: { updateBuildInformation: false } } };
    await using step = await runNotebook(
      { "etl.py": python(exitsWith("done")) },
      { isBuild: true, workspace },
    );
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.issues.map(({ type, message }) => `${type}: ${message}`).join("\n"),
      /^warning: Could not add the tag notebook-ops\.test-status to pipeline run 345: .* answered 403 .*; give the build service the permission 'Update build information' .*\.$/,
    );
    assert.deepEqual(step.buildTags(), []);
  });

  for (const [where, variables] of [
    ["a classic release without a build", { "System.HostType": "release", "Build.BuildId": "" }],
    ["a classic release of a build's artifact", { "System.HostType": "release" }],
  ] as const)
    it(`adds no build tag in ${where}, and succeeds`, async () => {
      await using step = await runNotebook({ "etl.py": python(exitsWith("done")) }, { isBuild: true });
      const result = await step.run({ variables });
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual([result.issues, step.buildTags()], [[], []]);
      assert.match(result.log, /^Did not add a build tag for the test status: this job belongs to no/m);
    });

  it("reports its results even if the workspace refuses to export the executed notebooks", async () => {
    await using step = await runNotebook({ "etl.py": python(exitsWith("done")) });
    await step.workspace.declareFault({
      match: { path: "/runs/export$" },
      when: "before",
      times: 10,
      then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "no" } },
    });
    await step.workspace.declareFault({
      match: { path: "/clusters/events$" },
      when: "before",
      times: 10,
      then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "no" } },
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(await readFile(result.effects.summaries[0]!, "utf8"), /`etl`/);
  });

  it("shows texts from outside as plain text in log, report, record and summary", async () => {
    const names = hostileMarkup.map(({ text }) => text);
    await using step = await runNotebook({
      "##vso[task.prependpath]x; `@everyone` <img src=x> [a](javascript:b) |.py": python(exitsWith("evil")),
      "reports.py": python(
        exitsWith({ tests: names.map((text) => ({ name: text, outcome: "failed", message: text })) }),
      ),
      "raises.py": python(
        `import base64, json\nraise ValueError("\\n".join(json.loads(base64.b64decode("${Buffer.from(JSON.stringify(names)).toString("base64")}"))))`,
      ),
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    const expected =
      /^(task\.(setvariable|settaskvariable|setsecret|setprogress|debug|issue|logissue|complete|uploadsummary|addattachment)|results\.publish)$/;
    for (const { area, event, properties } of result.commands) {
      assert.match(`${area}.${event}`, expected);
      if (event === "setvariable")
        assert.match(properties.variable!, /^(RunId|RunUrl|ExitValue|ResultsFile)$/);
      if (event === "complete") assert.equal(properties.result, "Failed");
    }
    assert.equal(result.effects.attachments.length, 3);
    for (const line of result.log.split("\n"))
      if (!/^##\[(error|warning)\]/.test(line)) assert(!holdsCommand(line), line);
    assert.equal((await reportedTests(result)).length, names.length + 3);
    const record = parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
    assert.equal(record.results.length, names.length + 3);
    const page = await attached(result, "notebook-ops.report");
    // The page's own script and frame; what the frame shows is in a sandbox.
    const elements = page.replaceAll(/srcdoc="[^"]*"/g, "").match(/<(script|img|iframe)[^>]*/g)!;
    assert.deepEqual([...new Set(elements.map((each) => each.split(" title=")[0]))].sort(), [
      '<iframe sandbox="" loading="lazy" referrerpolicy="no-referrer"',
      "<script",
    ]);
    const summary = await readFile(result.effects.summaries[0]!, "utf8");
    assert.equal(markdownWithoutCode(summary).match(/evil|hostile|<script|@everyone/)?.[0], undefined);
  });
});
