import path from "node:path/posix";
import { independently } from "../../concurrency/independent.ts";
import type { Journal, Log } from "../../task/host.ts";
import type { DatabricksClient } from "../connection.ts";
import { idOf, leaveSharedFolder } from "../folders/shared-folder.ts";
import { deleteObject } from "../folders/workspace-folders.ts";
import { activeRuns, cancelRuns } from "./cancel-runs.ts";
import { journalKeys } from "./live-runs.ts";

/**
 * Cancels the runs that the journal names and every other one with the intent in its name, and waits until they have ended. Answers how
 * many there were that the journal does not name. May be called again, for what comes later.
 */
export function runCancellation(
  databricks: DatabricksClient,
  { journal, log }: { journal: Journal; log: Log },
  timeoutMs: number,
): () => Promise<number> {
  const asked = new Set<number>();
  return async () => {
    const intent = journal.read(journalKeys.intent);
    if (intent === undefined || journal.read(journalKeys.ended) === "true") return 0;
    const known: number[] = JSON.parse(journal.read(journalKeys.runs) ?? "[]");
    const unknown = new Set<number>();
    await independently([
      async () => {
        for (const id of await activeRuns(databricks, intent))
          if (!known.includes(id) && !asked.has(id)) unknown.add(id);
      },
      async () => {
        const runIds = [...known, ...unknown].filter((id) => !asked.has(id));
        for (const id of runIds) asked.add(id);
        const alive = await cancelRuns(databricks, { runIds, timeoutMs });
        for (const id of runIds)
          log.line(
            alive.includes(id)
              ? `Cancelled run ${id}; it has not come to its end yet.`
              : `Cancelled run ${id}.`,
          );
      },
    ]);
    return unknown.size;
  };
}

/**
 * Deletes the folder that the journal names, and those above it that this build made and nobody uses. May be called again, for what comes
 * later: answers 1 if the folder was there again.
 */
export function folderRemoval(
  databricks: DatabricksClient,
  { journal, log }: { journal: Journal; log: Log },
): () => Promise<number> {
  let isFirst = true;
  return async () => {
    const folder = journal.read(journalKeys.folder);
    if (folder === undefined) return 0;
    const hasCome = !isFirst && (await idOf(databricks.workspace, folder)) !== undefined;
    const above: string[] = JSON.parse(journal.read(journalKeys.above) ?? "[]");
    await deleteObject(databricks.workspace, { path: folder, recursive: true });
    await leaveSharedFolder(databricks.workspace, path.dirname(folder), above);
    if (isFirst) log.line(`Deleted ${folder}.`);
    isFirst = false;
    return hasCome ? 1 : 0;
  };
}
