import { oneLine } from "../../text/plain-text.ts";
import type { ClusterUse } from "../cluster-use.ts";
import { iterationLane, streamLanes } from "./streaming-lanes.ts";
import { endOf, TimeScale } from "./time-scale.ts";
import type { BarLane, Extent, Lane, TimelineEntry } from "./timeline-lane.ts";

/** A shorter phase that was skipped was not reached. */
const shortestSeconds = 0.1;

/** When each notebook ran, or what happened in a streaming test. */
export interface Timeline {
  lanes: Lane[];
  ticks: { at: number; seconds: number }[];
  /** When the cluster ran, if it is known. */
  cluster?: Extent & { name: string };
}

/** Undefined if nothing ran. */
export function timelineOf(all: readonly TimelineEntry[], cluster?: ClusterUse): Timeline | undefined {
  const entries = all.filter(isReached).map(withAllTries);
  if (entries.length === 0) return undefined;
  const clusterSpan = cluster && {
    startedOn: cluster.runningSince,
    durationSeconds: (cluster.until.getTime() - cluster.runningSince.getTime()) / 1000,
  };
  // The latencies of a streaming test are short beside the time that a cluster takes to start.
  const isStreaming = entries.some(({ phase }) => phase);
  const scale = new TimeScale([
    ...entries,
    ...entries.flatMap(({ phase }) => phase?.streams ?? []),
    ...(clusterSpan && !isStreaming ? [clusterSpan] : []),
  ]);
  return {
    lanes: lanesOf(entries, scale).sort((a, b) => a.at - b.at),
    ticks: ticks(scale.seconds),
    ...(cluster && clusterSpan ? { cluster: { name: cluster.name, ...scale.extentOf(clusterSpan) } } : {}),
  };
}

/** A phase that was cut short has a time. */
function isReached({ phase, outcome, durationSeconds }: TimelineEntry): boolean {
  const { tries = [] } = phase ?? {};
  return !phase || outcome !== "skipped" || tries.length > 0 || durationSeconds >= shortestSeconds;
}

/** From the first try to the end of the last one. */
function withAllTries(entry: TimelineEntry): TimelineEntry {
  const tries = entry.phase?.tries ?? [];
  if (tries.length === 0) return entry;
  const start = Math.min(...tries.map(({ startedOn }) => startedOn.getTime()));
  return {
    ...entry,
    startedOn: new Date(start),
    durationSeconds: (Math.max(...tries.map(endOf)) - start) / 1000,
  };
}

function lanesOf(entries: readonly TimelineEntry[], scale: TimeScale): Lane[] {
  const shared = sharedFolders(entries.map(({ title }) => title));
  const iterations = new Map<string, TimelineEntry[]>();
  const lanes = entries.flatMap((entry): Lane[] => {
    const name = entry.title.slice(shared);
    const { kind, streams = [], tries = [] } = entry.phase ?? {};
    if (kind === "job")
      return streams.length > 0 ? streamLanes(entry, name, scale) : [barLane(entry, name, scale)];
    const iteration = iterationOf(entry);
    if (iteration === undefined)
      return [
        tries.length > 1 ? iterationLane([entry], name, entry.title, scale) : barLane(entry, name, scale),
      ];
    const known = iterations.get(iteration);
    if (known) known.push(entry);
    else iterations.set(iteration, [entry]);
    return [];
  });
  return [
    ...lanes,
    ...[...iterations].map(([name, phases]) => iterationLane(phases, name.slice(shared), name, scale)),
  ];
}

/** The whole name of an iteration, with that of its streaming test. */
function iterationOf({ title, phase }: TimelineEntry): string | undefined {
  if (phase?.iteration === undefined) return undefined;
  const end = `: ${phase.kind}`;
  return title.endsWith(end) ? title.slice(0, -end.length) : oneLine(phase.iteration, 300);
}

function barLane(entry: TimelineEntry, name: string, scale: TimeScale): BarLane {
  return {
    kind: "bar",
    id: entry.id,
    name,
    fullName: entry.title,
    outcome: entry.outcome,
    startSeconds: scale.secondsOf(entry.startedOn),
    durationSeconds: entry.durationSeconds,
    ...scale.extentOf(entry),
  };
}

/** The length of the folders, with their slashes, that all names begin with. */
function sharedFolders(names: readonly string[]): number {
  const [first = "", ...others] = names;
  if (others.length === 0) return 0;
  let length = first.lastIndexOf("/") + 1;
  while (length > 0 && !others.every((name) => name.startsWith(first.slice(0, length))))
    length = first.lastIndexOf("/", length - 2) + 1;
  return length;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** At most six round times within the whole time. */
function ticks(seconds: number): { at: number; seconds: number }[] {
  const step = steps.find((each) => seconds / each <= 5) ?? Math.ceil(seconds / 5 / 86_400) * 86_400;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => ({
    at: Math.round(((index * step) / seconds) * 10_000) / 100,
    seconds: index * step,
  }));
}
