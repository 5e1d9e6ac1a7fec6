import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import { StateLog } from "../../task/state-log.ts";
import { couldNot } from "../../text/could-not.ts";
import { duration } from "../../text/duration.ts";
import type { Library, LibraryStatus } from "../api/libraries.ts";
import type { DatabricksClient } from "../connection.ts";
import { describeLibrary } from "./library-specs.ts";

const installed = new Set(["INSTALLED", "RESTORED"]);
const failed = new Set(["FAILED", "SKIPPED", "UNINSTALL_ON_RESTART"]);

/** Installs libraries on a running cluster and waits until they are installed. Fails with Databricks' messages if one of them fails. */
export async function installLibraries(
  databricks: DatabricksClient,
  request: { clusterId: string; libraries: Library[]; timeoutMs: number; log: Log; signal: AbortSignal },
): Promise<void> {
  const { clusterId: cluster_id, libraries, timeoutMs, log, signal } = request;
  await databricks.libraries.install({ cluster_id, libraries });
  const requested = new Set(libraries.map(describeLibrary));
  const states = new StateLog(log, `${libraries.length} ${libraries.length === 1 ? "library" : "libraries"}`);
  const waiting = await poll({
    check: async () => {
      const statuses = await databricks.libraries.clusterStatus({ cluster_id });
      return statuses.filter((status) => requested.has(describeLibrary(status.library)));
    },
    done: (statuses) =>
      statuses.some(({ status }) => failed.has(status)) ||
      (statuses.length >= requested.size && statuses.every(({ status }) => installed.has(status))),
    onTick: (statuses, elapsedMs) => states.show({ state: summary(statuses), elapsedMs }),
    timeoutMs,
    signal,
  });
  signal.throwIfAborted();
  const unfinished = (waiting.value ?? []).filter(({ status }) => !installed.has(status));
  const attempted = `install the libraries on cluster ${cluster_id}`;
  const url = databricks.clusterUrl(cluster_id);
  if (waiting.state !== "done") {
    const missing = unfinished.map(({ library }) => describeLibrary(library)).join(", ");
    const problem = `after ${duration(timeoutMs / 1000)} these are not installed: ${missing}`;
    throw new Error(couldNot(attempted, problem, `raise timeoutMinutes or see ${url}`));
  }
  const broken = unfinished.filter(({ status }) => failed.has(status));
  if (broken.length > 0)
    throw new Error(
      couldNot(
        attempted,
        broken.map(describeFailure).join("; "),
        `correct the input 'libraries' or see ${url}`,
      ),
    );
  log.line(`Installed ${[...requested].join(", ")} in ${duration(waiting.elapsedMs / 1000)}.`);
}

function summary(statuses: LibraryStatus[]): string {
  const counts = new Map<string, number>();
  for (const { status } of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ") || "PENDING";
}

function describeFailure({ library, status, messages }: LibraryStatus): string {
  return `${describeLibrary(library)} (${status}: ${messages?.join(" ").trim() || "no message"})`;
}
