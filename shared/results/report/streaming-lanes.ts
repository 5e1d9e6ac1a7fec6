import { oneLine } from "../../text/plain-text.ts";
import type { PhaseSpan } from "../streaming-phase.ts";
import { endOf, type TimeScale } from "./time-scale.ts";
import type { IterationLane, StreamLane, TimelineEntry, TryBar } from "./timeline-lane.ts";

/** Tries that begin closer to each other than these percent of the whole time are drawn as one. */
const closest = 0.6;

/** A job has at most 1,000 tasks: https://docs.databricks.com/aws/en/resources/limits */
const mostStreams = 1_000;

/** The streams of a job. @param name of the job, and of its only stream */
export function streamLanes(entry: TimelineEntry, name: string, scale: TimeScale): StreamLane[] {
  const { streams = [] } = entry.phase ?? {};
  const lane = (span: PhaseSpan, name: string, fullName: string): StreamLane => ({
    kind: "stream",
    id: entry.id,
    name,
    fullName,
    outcome: span.outcome,
    startSeconds: scale.secondsOf(span.startedOn),
    durationSeconds: span.durationSeconds,
    ...scale.extentOf(span),
  });
  return streams.slice(0, mostStreams).map((stream) => {
    const streamName = oneLine(stream.name, 100);
    return lane(stream, streams.length === 1 ? name : streamName, `${entry.title}: ${streamName}`);
  });
}

/** The payload and the validation of an iteration in one lane. @param entries at least one; none is skipped */
export function iterationLane(
  entries: readonly TimelineEntry[],
  name: string,
  fullName: string,
  scale: TimeScale,
): IterationLane {
  const payload = entries.find(({ phase }) => phase?.kind === "produce");
  const validation = entries.find((entry) => entry !== payload);
  const first = payload ?? validation!;
  const last = validation ?? payload!;
  const startSeconds = scale.secondsOf(first.startedOn);
  const whole = {
    startedOn: first.startedOn,
    durationSeconds: Math.max(0, (endOf(last) - first.startedOn.getTime()) / 1000),
  };
  return {
    kind: "iteration",
    id: payload && payload.outcome !== "passed" ? payload.id : last.id,
    name,
    fullName,
    outcome: payload && payload.outcome !== "passed" ? payload.outcome : last.outcome,
    startSeconds,
    durationSeconds: whole.durationSeconds,
    ...scale.extentOf(whole),
    ...(payload
      ? {
          payload: {
            ...scale.extentOf(payload),
            outcome: payload.outcome,
            producedAtSeconds: scale.secondsOf(new Date(endOf(payload))),
          },
        }
      : {}),
    ...validationPart(validation, scale),
  };
}

function validationPart(
  validation: TimelineEntry | undefined,
  scale: TimeScale,
): Pick<IterationLane, "tries" | "tryCount" | "latency"> {
  if (!validation) return { tries: [], tryCount: 0 };
  const { tries = [] } = validation.phase ?? {};
  const spans = tries.length > 0 ? tries : [validation];
  const bars = tryBars(spans, scale, validation.outcome !== "skipped");
  const { latencySeconds } = validation.phase ?? {};
  if (validation.outcome !== "passed" || latencySeconds === undefined)
    return { tries: bars, tryCount: spans.length };
  const end = Math.max(...spans.map(endOf));
  const latency = { startedOn: new Date(end - latencySeconds * 1000), durationSeconds: latencySeconds };
  return {
    tries: bars,
    tryCount: spans.length,
    latency: { ...scale.extentOf(latency), seconds: latencySeconds },
  };
}

/**
 * A validation of 20 minutes may have more than a thousand tries. The one that decided is always a bar of its own.
 * @param isDecided whether the last one did: a validation that was stopped has no outcome
 */
function tryBars(spans: readonly PhaseSpan[], scale: TimeScale, isDecided: boolean): TryBar[] {
  const bars: TryBar[] = [];
  spans.forEach((span, index) => {
    const extent = scale.extentOf(span);
    const before = bars.at(-1);
    const isLast = isDecided && index === spans.length - 1;
    if (before && !isLast && before.outcome === span.outcome && extent.at - before.at < closest)
      before.width = Math.max(before.width, extent.at + extent.width - before.at);
    else bars.push({ ...extent, outcome: span.outcome, isLast });
  });
  return bars;
}
