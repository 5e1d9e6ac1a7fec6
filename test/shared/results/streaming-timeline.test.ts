import assert from "node:assert/strict";
import { descriptionOf, legendOf } from "../../../shared/results/report/lane-words.ts";
import { timelineOf } from "../../../shared/results/report/timeline.ts";
import type { IterationLane, Lane, TimelineEntry } from "../../../shared/results/report/timeline-lane.ts";
import { reportView } from "../../../shared/results/report/view.ts";
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
      return { ...each, outcome: each.phase.kind === "produce" ? ("failed" as const) : ("skipped" as const) };
    });
    const lane = iterationLane(lanesOf({ ...run, notebooks }), "First invoices");
    assert.equal(descriptionOf(lane), "payload not produced, not validated");
    assert.equal(lane.outcome, "failed");
    assert.equal(lane.id, "case-3");
  });

  it("the timeline of a streaming test shows the job as a stream if its tasks are not known", () => {
    const run = streamingRun();
    const notebooks = run.notebooks!.map((each) =>
      each.phase?.kind === "job" ? { ...each, phase: { kind: "job" as const } } : each,
    );
    assert.deepEqual(
      lanesOf({ ...run, notebooks }).flatMap(({ kind, name }) => (kind === "stream" ? name : [])),
      ["job"],
    );
  });

  it("the timeline of a streaming test joins tries that would be drawn in the same place, but not the last one", () => {
    for (const outcome of ["passed", "failed"] as const) {
      const tries = Array.from({ length: 2000 }, (_, index) => ({
        startedOn: new Date(index * 25),
        durationSeconds: 0.02,
        outcome: index === 1999 ? outcome : ("failed" as const),
      }));
      const lane = iterationLane(timelineOf([validation(tries)])!.lanes, "Medallion/First");
      assert.ok(lane.tries.length < 200);
      const { at, ...last } = lane.tries.at(-1)!;
      assert.deepEqual([Math.round(at), last.outcome, last.isLast], [83, outcome, true]);
      assert.equal(lane.tryCount, 2000);
    }
  });

  it("the timeline of a streaming test keeps what is outside of the whole time within the card", () => {
    const late = { startedOn: new Date(1e12), durationSeconds: 1e9, outcome: "failed" as const };
    const early = { startedOn: new Date(-1e12), durationSeconds: 1, outcome: "failed" as const };
    for (const { at, width } of iterationLane(
      timelineOf([validation([early, late])])!.lanes,
      "Medallion/First",
    ).tries)
      assert.ok(at >= 0 && width >= 0 && at + width <= 100);
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
