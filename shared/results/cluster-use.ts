import type { NotebookResult } from "./notebook-result.ts";

/** How long a cluster ran, which is what it costs. */
export interface ClusterUse {
  name: string;
  url?: string;
  runningSince: Date;
  until: Date;
  /** The time in which at least one notebook ran. */
  usedSeconds: number;
  /** The rest of the time from `runningSince` to `until`. */
  idleSeconds: number;
}

/** How long notebooks used a cluster; time in which several ran counts once. */
export function clusterUse(
  cluster: { name: string; url?: string; runningSince: Date; until: Date },
  notebooks: readonly Pick<NotebookResult, "startedOn" | "durationSeconds">[],
): ClusterUse {
  const { name, url, runningSince, until } = cluster;
  const spans = notebooks
    .map(({ startedOn, durationSeconds }) => ({
      from: Math.max(startedOn.getTime(), runningSince.getTime()),
      to: Math.min(startedOn.getTime() + durationSeconds * 1000, until.getTime()),
    }))
    .sort((a, b) => a.from - b.from);
  let usedMs = 0;
  let coveredUntil = 0;
  for (const { from, to } of spans) {
    usedMs += Math.max(0, to - Math.max(from, coveredUntil));
    coveredUntil = Math.max(coveredUntil, to);
  }
  const livedMs = Math.max(0, until.getTime() - runningSince.getTime());
  return {
    name,
    ...(url ? { url } : {}),
    runningSince,
    until,
    usedSeconds: usedMs / 1000,
    idleSeconds: (livedMs - usedMs) / 1000,
  };
}
