import assert from "node:assert/strict";
import { toJUnit } from "../../../shared/results/junit.ts";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import type { NotebookResult } from "../../../shared/results/notebook-result.ts";
import { pullRequestComment } from "../../../shared/results/pull-request-comment.ts";
import { placeOf } from "../../../shared/results/report/case-body.ts";
import { htmlReport } from "../../../shared/results/report/html-report.ts";
import { recordView } from "../../../shared/results/report/record-view.ts";
import { reportView } from "../../../shared/results/report/view.ts";
import { detailsOf, resultsOfRecord } from "../../../shared/results/result-details.ts";
import { mergeBySubject } from "../../../shared/results/status-record.ts";
import { parseStatusRecord } from "../../../shared/results/status-record-reader.ts";
import { summaryMarkdown } from "../../../shared/results/summary.ts";
import { resultsOfNotebooks, type TestResults } from "../../../shared/results/test-results.ts";
import { hostileMarkup } from "../../fixtures/hostile-markup.ts";
import { matchesGolden } from "./golden.ts";
import { recordOf } from "./status-record-of.ts";
import { brokenStreamingRun, streamingRun } from "./streaming-run.ts";

const read = (xml: string) => readJUnit(xml, { file: "results.xml" });

/** The lines below the names of the validations. */
function linesOf(groups: ReturnType<typeof reportView>["groups"]): string[] {
  return groups.flatMap(({ title, notebook }) => (title.endsWith(": validate") ? placeOf(notebook!) : []));
}

describe("the results of a streaming test", () => {
  it("the results of a streaming test have a case for each phase, whose class is the name of the test", () => {
    const cases = streamingRun().cases.map(({ className, name }) => `${className} | ${name}`);
    assert.deepEqual(cases.slice(1, 6), [
      "Medallion | ready",
      "Medallion | First invoices: produce",
      "Medallion | First invoices: validate",
      "Medallion | Corrected 2024/25 invoices: produce",
      "Medallion | Corrected 2024/25 invoices: validate",
    ]);
  });

  it("the results of a streaming test are written to JUnit as in the golden file", () => {
    matchesGolden(toJUnit(streamingRun()), "streaming-run.xml");
  });

  for (const [name, run] of Object.entries({ passed: streamingRun(), failed: brokenStreamingRun() }))
    it(`the phases of a streaming test that ${name} are read back from JUnit unchanged`, () => {
      const again = read(toJUnit(run));
      const phases = ({ cases }: TestResults) => cases.map(({ phase, output }) => ({ phase, output }));
      assert.deepEqual(phases(again), phases(run));
      assert.ok(again.cases.every(({ properties }) => properties === undefined));
    });

  it("the latency of a validation that failed is not read from JUnit, and neither are unreadable values", () => {
    const [testCase] = read(`<testsuite><testcase name="a"><properties>
      <property name="streaming.phase" value="validate"/>
      <property name="streaming.startedOn" value="2026-03-02T09:14:00.000Z"/>
      <property name="streaming.latencySeconds" value="2"/>
      <property name="streaming.tries" value='[[0,1,"failed"],[0,-1,"failed"],[0,1e99,"failed"],["0",1,"failed"],[2,1,"green"],null]'/>
      <property name="streaming.streams" value="[[[["/>
      </properties><failure/></testcase></testsuite>`).cases;
    assert.deepEqual(testCase!.phase, {
      kind: "validate",
      startedOn: new Date("2026-03-02T09:14:00Z"),
      tries: [{ startedOn: new Date("2026-03-02T09:14:00Z"), durationSeconds: 1, outcome: "failed" }],
    });
    for (const latency of ["-1", "NaN", "1e300", "99999999999", "soon", ""])
      assert.equal(
        read(toJUnit(streamingRun()).replace('"9.2"', `"${latency}"`)).cases[3]!.phase!.latencySeconds,
        undefined,
        latency,
      );
  });

  it("properties of other producers that are no phase stay properties", () => {
    for (const [phase, startedOn] of [
      ["validate", "soon"],
      ["validate", "+275760-09-13T00:00:00.000Z"],
      ["warm-up", "2026-03-02T09:14:00.000Z"],
    ])
      assert.deepEqual(
        read(`<testsuite><testcase name="a"><properties><property name="streaming.phase" value="${phase}"/>
        <property name="streaming.startedOn" value="${startedOn}"/></properties></testcase></testsuite>`)
          .cases[0]!.properties,
        { "streaming.phase": phase, "streaming.startedOn": startedOn },
      );
  });

  it("the summary of a streaming test has a table of latencies", () => {
    matchesGolden(summaryMarkdown(streamingRun()), "streaming-summary.md");
    matchesGolden(summaryMarkdown(brokenStreamingRun()), "streaming-failed-summary.md");
  });

  it("the summary of a streaming test has a table if a payload was validated several times in vain", () => {
    const { notebooks, name } = brokenStreamingRun();
    const visible = (each: NotebookResult) => each.name.includes("First invoices");
    const run = resultsOfNotebooks(
      name,
      notebooks!.filter((each) => !visible(each)),
    );
    assert.match(summaryMarkdown(run), /^\| `Corrected 2024\/25 invoices` \| – \| 2 \| ❌ failed \|$/m);
  });

  it("the comment on a pull request has a line for each iteration of a streaming test", () => {
    const lines = pullRequestComment(brokenStreamingRun(), []).match(/^- .*$/gm);
    assert.deepEqual(lines, [
      "- `First invoices`: visible after 9.2 s, 4 tries",
      "- `Corrected 2024/25 invoices`: not visible after 2 tries",
      '- `Late invoices`: skipped, `not reached, because "job" failed`',
    ]);
  });

  it("a streaming test in batch mode has no latencies in its summary", () => {
    const { cases, ...run } = streamingRun();
    const batch = cases.map((testCase) => ({
      ...testCase,
      phase: { kind: testCase.phase!.kind, startedOn: testCase.phase!.startedOn },
    }));
    assert.doesNotMatch(summaryMarkdown({ ...run, cases: batch }), /latency|tries/i);
  });

  it("the report shows the latency and the tries of a validation below its name", () => {
    assert.deepEqual(linesOf(reportView(streamingRun()).groups), [
      "visible after 9.2 s, 4 tries",
      "visible after 5.8 s, 1 try",
    ]);
  });

  it("a status record keeps latencies when it is read back and merged", () => {
    const record = parseStatusRecord(JSON.stringify(recordOf({ testRun: streamingRun() })), "record");
    assert.deepEqual(record, recordOf({ testRun: streamingRun() }));
    const other = recordOf({ testRun: { name: "other", cases: [] } });
    const [merged] = mergeBySubject([record, other]);
    assert.deepEqual(
      merged!.results.flatMap(({ latencySeconds }) => latencySeconds ?? []),
      [9.2, 5.84],
    );
  });

  it("a status record with a latency that is not a number of seconds is refused", () => {
    const text = JSON.stringify(recordOf({ testRun: streamingRun() }));
    for (const latency of ["-1", "1e999", '"9.2"', "null", "[9.2]"])
      assert.throws(
        () => parseStatusRecord(text.replace('latencySeconds":9.2', `latencySeconds":${latency}`), "record"),
        {
          message:
            /^Could not read the record: results\[3\]\.latencySeconds is not a number of seconds; run the tests again/,
        },
      );
  });

  it("a status record is written without the latency of a validation that did not pass", () => {
    const { cases, name } = streamingRun();
    const testRun = { name, cases: cases.map((each) => ({ ...each, outcome: "failed" as const })) };
    assert.ok(recordOf({ testRun }).results.every((result) => result.latencySeconds === undefined));
  });

  it("a status record has no latency for a validation that did not pass, and no phase that is not known", () => {
    const [result] = recordOf({ testRun: streamingRun() }).results.slice(3, 4);
    const varied = { ...result!, outcome: "failed", phase: "warm-up" };
    const record = {
      ...recordOf(),
      results: [varied],
      counts: { total: 1, passed: 0, failed: 1, skipped: 0 },
    };
    const [again] = parseStatusRecord(JSON.stringify(record), "record").results;
    assert.deepEqual([again!.latencySeconds, again!.phase], [undefined, undefined]);
  });

  it("the tab shows the latency of the record, and the tries of the JUnit file", () => {
    const record = recordOf({ testRun: streamingRun() });
    assert.deepEqual(linesOf(recordView(record, "a-").groups), [
      "visible after 9.2 s · notebooks/validate-1.py",
      "visible after 5.8 s · notebooks/validate-2.py",
    ]);
    const details = detailsOf(record, read(toJUnit(streamingRun()).replace('"9.2"', '"1.5"')));
    assert.deepEqual(linesOf(recordView(record, "a-", { details }).groups), [
      "visible after 9.2 s, 4 tries · notebooks/validate-1.py",
      "visible after 5.8 s, 1 try · notebooks/validate-2.py",
    ]);
    const saved = resultsOfRecord(record, details);
    assert.deepEqual(
      saved.cases.map(({ phase }) => phase),
      streamingRun().cases.map(({ phase }) => phase),
    );
  });

  it("the tab shows no latency that only the JUnit file has", () => {
    const record = recordOf({ testRun: streamingRun() });
    for (const result of record.results) delete result.latencySeconds;
    const details = detailsOf(record, read(toJUnit(streamingRun())));
    const view = recordView(record, "a-", { details });
    assert.deepEqual(linesOf(view.groups), ["notebooks/validate-1.py", "notebooks/validate-2.py"]);
    assert.ok(view.timeline!.lanes.every((lane) => lane.kind !== "iteration" || !lane.latency));
  });

  it("names from outside stay text in the summary, the comment, the JUnit file and the report", () => {
    for (const { name, text } of hostileMarkup) {
      const notebooks = streamingRun().notebooks!.map(({ phase, ...each }) => ({
        ...each,
        phase: {
          ...phase!,
          ...(phase!.iteration ? { iteration: text } : {}),
          ...(phase!.streams ? { streams: phase!.streams.map((stream) => ({ ...stream, name: text })) } : {}),
        },
      }));
      const run = resultsOfNotebooks("Streaming test", notebooks);
      const rows = summaryMarkdown(run).split("\n\n").at(-1)!.trimEnd().split("\n");
      assert.equal(rows.length, 4, name);
      for (const row of rows) assert.equal(row.replaceAll("\\|", "").split("|").length, 6, `${name}: ${row}`);
      assert.equal(pullRequestComment(run, []).match(/^- `/gm)?.length, 2, name);
      const again = read(toJUnit(run)).cases;
      assert.deepEqual(
        again.map(({ phase }) => phase!.streams?.map((stream) => stream.name)),
        run.cases.map(({ phase }) => phase!.streams?.map(() => again[6]!.phase!.streams![0]!.name)),
      );
      const elements = (page: string) => page.match(/<[a-z]+/g)!.length;
      assert.equal(elements(htmlReport(run)), elements(htmlReport(streamingRun())), name);
    }
  });

  it("the verdict on a streaming test counts phases", () => {
    const record = recordOf({ testRun: brokenStreamingRun() });
    for (const { sums } of [reportView(brokenStreamingRun()), recordView(record, "a-")])
      assert.deepEqual([sums.noun, sums.notebooks.failed], ["phase", 2]);
    assert.match(
      summaryMarkdown(brokenStreamingRun()),
      /^## ❌ `Streaming test`: 2 of 10 phases failed, 2 skipped$/m,
    );
  });
});
