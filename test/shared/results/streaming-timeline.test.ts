import assert from "node:assert/strict";
import { toJUnit } from "../../../shared/results/junit.ts";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import { descriptionOf, legendOf, trackClass, tryClass } from "../../../shared/results/report/lane-words.ts";
import { timelineOf } from "../../../shared/results/report/timeline.ts";
import type { IterationLane, Lane, TimelineEntry } from "../../../shared/results/report/timeline-lane.ts";
import { reportView } from "../../../shared/results/report/view.ts";
import type { PhaseSpan } from "../../../shared/results/streaming-phase.ts";
import { brokenStreamingRun, streamingRun } from "./streaming-run.ts";
import { weatherCluster, weatherRun } from "./weather-run.ts";

const lanesOf = (...run: Parameters<typeof reportView>) => reportView(...run).timeline!.lanes;

function iterationLane(lanes: readonly Lane[], name: string): IterationLane {
  const lane = lanes.find((each) => each.name === name);
  assert.equal(lane?.kind, "iteration");
  return lane as IterationLane;
}

/** A minute in which a validation is tried. */
function validation(tries: NonNullable<NonNullable<TimelineEntry["phase"]>["tries"]>): TimelineEntry {
  return {
    ...{ id: "case-1", title: "Medallion/First: validate", outcome: "passed" },
    ...{ startedOn: new Date(0), durationSeconds: 60 },
    phase: { kind: "validate", iteration: "First", latencySeconds: 30, tries },
  };
}

describe("the timeline of a streaming test", () => {
  it("the timeline of a streaming test has a lane for each stream, each iteration and each other phase", () => {
    assert.deepEqual(
      lanesOf(streamingRun()).map(({ kind, name }) => `${kind} ${name}`),
      [
        "bar clean before",
        "bar ready",
        "stream bronze",
        "stream silver",
        "stream gold",
        "iteration First invoices",
        "iteration Corrected 2024/25 invoices",
        "bar clean after",
      ],
    );
  });

  it("the timeline of a streaming test is the same in a report that is made from its JUnit file", () => {
    for (const run of [streamingRun(), brokenStreamingRun()]) {
      const again = reportView(readJUnit(toJUnit(run), { file: "results.xml" }));
      assert.deepEqual(again.timeline, reportView(run).timeline);
    }
    const weather = readJUnit(toJUnit(weatherRun()), { file: "results.xml" });
    assert.equal(reportView(weather).timeline, undefined);
  });

  it("the timeline of a streaming test leaves out what was not reached, and describes what failed", () => {
    assert.deepEqual(lanesOf(brokenStreamingRun()).map(descriptionOf), [
      "passed after 4.1 s, started at 0 s",
      "passed after 13 s, started at 4.2 s",
      "stream, passed after 46 s, started at 6 s",
      "stream, failed after 26 s, started at 9 s",
      "stream, passed after 41 s, started at 12 s",
      "payload produced at 21 s, visible after 9.2 s, 4 tries",
      "payload produced at 33 s, not visible after 2 tries",
      "passed after 3.2 s, started at 52 s",
    ]);
  });

  it("the timeline of a streaming test draws a latency from the payload to the end of the try that passed", () => {
    const { payload, tries, latency } = iterationLane(lanesOf(streamingRun()), "First invoices");
    assert.deepEqual(
      tries.map(({ outcome, isLast }) => [outcome, isLast]),
      [
        ["failed", false],
        ["failed", false],
        ["failed", false],
        ["passed", true],
      ],
    );
    const end = ({ at, width }: { at: number; width: number }) => Math.round((at + width) * 10);
    assert.equal(Math.round(latency!.at * 10), end(payload!));
    assert.equal(end(latency!), end(tries.at(-1)!));
    assert.equal(
      iterationLane(lanesOf(brokenStreamingRun()), "Corrected 2024/25 invoices").latency,
      undefined,
    );
  });

  it("the timeline of a streaming test says of a payload that was not produced", () => {
    const run = streamingRun();
    const notebooks = run.notebooks!.map((each) => {
      if (each.phase?.iteration !== "First invoices") return each;
      if (each.phase.kind === "produce") return { ...each, outcome: "failed" as const };
      const phase = { kind: "validate" as const, iteration: "First invoices" };
      return { ...each, outcome: "skipped" as const, durationSeconds: 0, phase };
    });
    const lane = iterationLane(lanesOf({ ...run, notebooks }), "First invoices");
    assert.equal(descriptionOf(lane), "payload not produced, not validated");
    assert.equal(lane.outcome, "failed");
    assert.equal(lane.id, "case-3");
  });

  it("the timeline of a streaming test shows the only stream with the name of the job, and runs in batch mode as bars", () => {
    const lanesWith = (streams: PhaseSpan[]) => {
      const run = streamingRun();
      const named = streams.map((stream) => ({ ...stream, name: "notebook" }));
      const notebooks = run.notebooks!.map((each) =>
        each.phase?.kind === "job" ? { ...each, phase: { ...each.phase, streams: named } } : each,
      );
      return lanesOf({ ...run, notebooks }).flatMap(({ kind, name }) => (name === "job" ? kind : []));
    };
    const stream = {
      startedOn: new Date("2026-03-02T09:14:06Z"),
      durationSeconds: 40,
      outcome: "passed" as const,
    };
    assert.deepEqual(lanesWith([stream]), ["stream"]);
    assert.deepEqual(lanesWith([]), ["bar"]);
  });

  it("the timeline of a streaming test shows the tries of the set-up, and those of a validation that was cut short", () => {
    const run = streamingRun();
    const tries = (from: string) =>
      [0, 2].map((second) => ({
        startedOn: new Date(Date.parse(from) + second * 1000),
        durationSeconds: 1,
        outcome: second === 0 ? ("failed" as const) : ("passed" as const),
      }));
    const notebooks = run.notebooks!.map((each) => {
      if (each.name.endsWith("ready"))
        return { ...each, phase: { ...each.phase!, tries: tries("2026-03-02T09:14:05Z") } };
      if (!each.name.endsWith("First invoices: validate")) return each;
      const [first] = each.phase!.tries!;
      const phase = { kind: "validate" as const, iteration: "First invoices", tries: [first!] };
      return { ...each, outcome: "skipped" as const, phase };
    });
    const lanes = lanesOf({ ...run, notebooks });
    const ready = iterationLane(lanes, "ready");
    assert.equal(descriptionOf(ready), "validation passed, 2 tries");
    assert.deepEqual([trackClass(ready), ready.payload, ready.latency], ["track", undefined, undefined]);
    const cut = iterationLane(lanes, "First invoices");
    assert.equal(descriptionOf(cut), "payload produced at 21 s, validation stopped");
    assert.deepEqual(cut.tries.map(tryClass), ["try failed"]);
  });

  it("the timeline of a streaming test joins tries that would be drawn in the same place, but not the last one", () => {
    for (const outcome of ["passed", "failed"] as const) {
      const tries = Array.from({ length: 2000 }, (_, index) => ({
        startedOn: new Date(index * 25),
        durationSeconds: 0.02,
        outcome: index === 1999 ? outcome : ("failed" as const),
      }));
      const ready = { ...validation([]), title: "Medallion/ready", phase: { kind: "ready" as const } };
      const lane = iterationLane(timelineOf([validation(tries), ready])!.lanes, "First");
      assert.ok(lane.tries.length < 200);
      const { at, ...last } = lane.tries.at(-1)!;
      assert.deepEqual([Math.round(at), last.outcome, last.isLast], [83, outcome, true]);
      assert.equal(lane.tryCount, 2000);
    }
  });

  it("the timeline of a streaming test keeps a latency that began before everything else within the card", () => {
    const last = { startedOn: new Date(0), durationSeconds: 3, outcome: "passed" as const };
    const { latency } = iterationLane(timelineOf([validation([last])])!.lanes, "Medallion/First");
    assert.deepEqual(latency, { at: 0, width: 100, seconds: 30 });
  });

  it("the timeline of a streaming test ends with its phases, however long the cluster ran", () => {
    const cluster = {
      ...weatherCluster(),
      runningSince: new Date(0),
      until: new Date("2030-01-01T00:00:00Z"),
    };
    const { ticks, cluster: drawn } = reportView(streamingRun(), { cluster }).timeline!;
    assert.equal(ticks.at(-1)!.seconds, 45);
    assert.deepEqual([drawn!.at, drawn!.width], [0, 100]);
  });

  it("the timeline of a streaming test does not show a validation as failed that was stopped in its first try", () => {
    const run = streamingRun();
    const notebooks = run.notebooks!.map((each) => {
      if (!each.name.endsWith("First invoices: validate")) return each;
      const phase = { kind: "validate" as const, iteration: "First invoices", tries: [] };
      return { ...each, outcome: "skipped" as const, phase };
    });
    const view = reportView({ ...run, notebooks });
    assert.deepEqual(iterationLane(view.timeline!.lanes, "First invoices").tries.map(tryClass), [
      "try skipped",
    ]);
    assert.ok(legendOf(view.timeline!).some(({ words }) => words === "try that was stopped"));
  });

  it("the legend of a timeline has what the timeline draws", () => {
    const words = (...run: Parameters<typeof reportView>) =>
      legendOf(reportView(...run).timeline!).map((each) => each.words);
    assert.deepEqual(words(weatherRun()), []);
    assert.deepEqual(words(streamingRun()), [
      "stream",
      "payload produced",
      "try that failed",
      "try that passed",
      "latency",
    ]);
    assert.deepEqual(words(brokenStreamingRun()), [
      "stream",
      "stream that failed",
      "payload produced",
      "try that failed",
      "last try, failed",
      "try that passed",
      "latency",
    ]);
  });
});
