import { duration } from "../../text/duration.ts";
import type { Timeline } from "./timeline.ts";
import type { Extent, IterationLane, Lane, TryBar } from "./timeline-lane.ts";
import { latencyText } from "./words.ts";

/** What stands beside the drawing of a lane; "" if nothing does. */
export function labelOf(lane: Lane): string {
  if (lane.kind === "stream" && lane.outcome === "failed")
    return `failed after ${duration(lane.durationSeconds)}`;
  if (lane.kind !== "iteration") return duration(lane.durationSeconds);
  if (lane.latency) return duration(lane.latency.seconds);
  return lane.outcome === "failed" ? "failed" : "";
}

/** What a lane shows, for those who do not see it. */
export function descriptionOf(lane: Lane): string {
  const start = `started at ${duration(lane.startSeconds)}`;
  if (lane.kind === "iteration") return iterationDescription(lane);
  const ended = `${lane.outcome} after ${duration(lane.durationSeconds)}, ${start}`;
  return lane.kind === "stream" ? `stream, ${ended}` : ended;
}

function iterationDescription({ payload, tryCount, latency, outcome }: IterationLane): string {
  const produced =
    payload &&
    (payload.outcome === "passed"
      ? `payload produced at ${duration(payload.producedAtSeconds)}`
      : "payload not produced");
  const visible = latencyText({
    outcome,
    tries: tryCount,
    ...(latency ? { latencySeconds: latency.seconds } : {}),
  });
  const times = tryCount > 1 ? `, ${tryCount} tries` : "";
  const validated =
    visible ??
    (tryCount > 0 ? `validation ${outcome === "skipped" ? "stopped" : outcome}${times}` : "not validated");
  return [produced, validated].filter(Boolean).join(", ");
}

/** The class of the track: a bracket needs room above the bars. */
export function trackClass(lane: Lane): string {
  return lane.kind === "iteration" && (lane.payload || lane.latency) ? "track iteration" : "track";
}

/** The part of a lane that its label stands beside. */
export function labelledPart(lane: Lane): Extent {
  return lane.kind === "iteration" && lane.latency ? lane.latency : lane;
}

/** A label that would not fit after its part is put before it, or into it if there is no place before it either. */
export function labelSide({ at, width }: Extent): "after" | "before" | "within" {
  return 100 - at - width >= 15 ? "after" : at >= 15 ? "before" : "within";
}

/** What the drawings of a streaming test mean, in the order of its events; the classes are those of the drawings. */
export function legendOf({ lanes }: Timeline): { className: string; words: string }[] {
  const iterations = lanes.flatMap((lane) => (lane.kind === "iteration" ? [lane] : []));
  const tries = iterations.flatMap((lane) => lane.tries);
  const entries = [
    { isShown: lanes.some(({ kind }) => kind === "stream"), className: "stream passed", words: "stream" },
    {
      isShown: lanes.some(({ kind, outcome }) => kind === "stream" && outcome === "failed"),
      className: "stream failed",
      words: "stream that failed",
    },
    {
      isShown: iterations.some(({ payload }) => payload),
      className: "payload passed",
      words: "payload produced",
    },
    {
      isShown: tries.some((each) => tryClass(each) === "try failed"),
      className: "try failed",
      words: "try that failed",
    },
    {
      isShown: tries.some((each) => tryClass(each) === "try last failed"),
      className: "try last failed",
      words: "last try, failed",
    },
    {
      isShown: tries.some(({ outcome }) => outcome === "passed"),
      className: "try passed",
      words: "try that passed",
    },
    {
      isShown: tries.some(({ outcome }) => outcome === "skipped"),
      className: "try skipped",
      words: "try that was stopped",
    },
    { isShown: iterations.some(({ latency }) => latency), className: "latency", words: "latency" },
  ];
  return entries.filter(({ isShown }) => isShown);
}

/** The classes of a try: failed ones are pale, but the one that decided is not. */
export function tryClass({ outcome, isLast }: TryBar): string {
  if (outcome !== "failed") return `try ${outcome}`;
  return isLast ? "try last failed" : "try failed";
}
