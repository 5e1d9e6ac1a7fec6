import type { ClusterUse } from "../cluster-use.ts";
import type { NotebookResult } from "../notebook-result.ts";
import type { TestOutcome } from "../test-outcome.ts";

/** When each notebook ran. `at` and `width` are percentages of the whole time. */
export interface Timeline {
  seconds: number;
  lanes: Lane[];
  ticks: { at: number; seconds: number }[];
  /** When the cluster ran, if it is known. */
  cluster?: { name: string; at: number; width: number };
}

export interface Lane {
  /** The id of the case that the lane links to. */
  id: string;
  /** Without the folders that all lanes have in common. */
  name: string;
  fullName: string;
  outcome: TestOutcome;
  startSeconds: number;
  durationSeconds: number;
  at: number;
  width: number;
}

/** What the timeline needs of a notebook in the report. */
interface NotebookGroup {
  title: string;
  notebook?: { id: string; outcome: TestOutcome; durationSeconds: number };
}

export function timelineOf(
  groups: readonly NotebookGroup[],
  notebooks: readonly NotebookResult[],
  cluster: ClusterUse | undefined,
): Timeline {
  const spans = notebooks.map(({ startedOn, durationSeconds }) => ({
    from: startedOn.getTime(),
    to: startedOn.getTime() + durationSeconds * 1000,
  }));
  const clusterSpan = cluster ? [{ from: cluster.runningSince.getTime(), to: cluster.until.getTime() }] : [];
  const first = Math.min(...[...spans, ...clusterSpan].map(({ from }) => from));
  const last = Math.max(...[...spans, ...clusterSpan].map(({ to }) => to));
  const whole = Math.max(1, last - first);
  const percent = (ms: number) => Math.round((ms / whole) * 10_000) / 100;
  const shared = sharedFolders(groups.map(({ title }) => title));
  const lanes = groups.map(({ notebook, title }, index) => ({
    id: notebook!.id,
    name: title.slice(shared),
    fullName: title,
    outcome: notebook!.outcome,
    startSeconds: (spans[index]!.from - first) / 1000,
    durationSeconds: notebook!.durationSeconds,
    at: percent(spans[index]!.from - first),
    width: percent(spans[index]!.to - spans[index]!.from),
  }));
  return {
    seconds: whole / 1000,
    lanes: lanes.sort((a, b) => a.at - b.at),
    ticks: ticks(whole / 1000),
    ...(cluster
      ? {
          cluster: {
            name: cluster.name,
            at: percent(clusterSpan[0]!.from - first),
            width: percent(clusterSpan[0]!.to - clusterSpan[0]!.from),
          },
        }
      : {}),
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
