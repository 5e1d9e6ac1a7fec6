import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import { duration, StateLog } from "../../task/state-log.ts";
import type { Library, LibraryStatus } from "../api/libraries.ts";
import type { DatabricksClient } from "../connection.ts";
import { describeLibrary } from "./library-specs.ts";

const installed = new Set(["INSTALLED", "RESTORED"]);
const failed = new Set(["FAILED", "SKIPPED", "UNINSTALL_ON_RESTART"]);

/** Installs libraries on a running cluster and waits until all are there. One that fails is an error with the platform's messages. */
export async function installLibraries(
  databricks: DatabricksClient,
  request: { clusterId: string; libraries: Library[]; timeoutMs: number; log: Log; signal: AbortSignal },
): Promise<void> {
  const { clusterId: cluster_id, libraries, timeoutMs, log, signal } = request;
  await databricks.libraries.install({ cluster_id, libraries });
  const wanted = new Set(libraries.map(describeLibrary));
  const states = new StateLog(log, `${libraries.length} ${libraries.length === 1 ? "library" : "libraries"}`);
  const waiting = await poll({
    check: async () => {
      const statuses = await databricks.libraries.clusterStatus({ cluster_id });
      return statuses.filter((status) => wanted.has(describeLibrary(status.library)));
    },
    done: (statuses) =>
      statuses.some(({ status }) => failed.has(status)) ||
      (statuses.length >= wanted.size && statuses.every(({ status }) => installed.has(status))),
    onTick: (statuses, elapsedMs) => states.show({ state: summary(statuses), elapsedMs }),
    timeoutMs,
    signal,
  });
  signal.throwIfAborted();
  const unfinished = (waiting.value ?? []).filter(({ status }) => !installed.has(status));
  if (waiting.state !== "done")
    throw new Error(
      `Waited ${duration(timeoutMs)} for libraries on cluster ${cluster_id}: not installed yet ${unfinished.map(({ library }) => describeLibrary(library)).join(", ")}; raise timeoutMinutes or see ${databricks.clusterUrl(cluster_id)}.`,
    );
  const broken = unfinished.filter(({ status }) => failed.has(status));
  if (broken.length > 0)
    throw new Error(
      `Installed libraries on cluster ${cluster_id}, which failed for ${broken.map(describeFailure).join("; ")}; correct the input libraries or see ${databricks.clusterUrl(cluster_id)}.`,
    );
  log.line(`Installed ${[...wanted].join(", ")} in ${duration(waiting.elapsedMs)}.`);
}

function summary(statuses: LibraryStatus[]): string {
  const counts = new Map<string, number>();
  for (const { status } of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ") || "PENDING";
}

function describeFailure({ library, status, messages }: LibraryStatus): string {
  return `${describeLibrary(library)} (${status}: ${messages?.join(" ").trim() || "no message"})`;
}
