import { activeRuns, cancelRuns } from "../../shared/databricks/cancel-runs.ts";
import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import { deleteFolder } from "../../shared/databricks/workspace-folders.ts";
import type { Journal, Log } from "../../shared/task/index.ts";

/** What this task writes down for its post-job step. */
export const journalKeys = {
  /** Part of the name of each run: written before the first one is submitted. */
  intent: "runIntent",
  /** JSON list of the ids of runs that are not known to have ended. */
  runs: "runIds",
  /** "true" while no run of this task can be alive. */
  ended: "runsEnded",
  /** The folder that holds the upload: written before it is made. */
  folder: "uploadFolder",
  /** JSON list of the folders above it that this task makes, deepest first. */
  above: "foldersAbove",
} as const;

/** Writes down which runs are alive, whenever that changes. */
export class LiveRuns {
  readonly #ids = new Set<number>();
  /** Submissions with no answer yet, or whose answer never came: each may have made a run. */
  #unanswered = 0;

  constructor(private readonly journal: Journal) {}

  async submit(submit: () => Promise<number>): Promise<number> {
    this.#unanswered++;
    this.journal.write(journalKeys.ended, "false");
    const id = await submit();
    this.#unanswered--;
    this.#ids.add(id);
    this.#write();
    return id;
  }

  ended(id: number): void {
    this.#ids.delete(id);
    this.#write();
  }

  #write(): void {
    this.journal.write(journalKeys.runs, JSON.stringify([...this.#ids]));
    const none = this.#ids.size === 0 && this.#unanswered === 0;
    this.journal.write(journalKeys.ended, String(none));
  }
}

/** Cancels the runs that the journal knows, by their ids and by the intent in their names, and waits until they have ended. */
export async function cancelJournaledRuns(
  workspace: DatabricksWorkspace,
  { journal, log }: { journal: Journal; log: Log },
  timeoutMs: number,
): Promise<void> {
  const intent = journal.read(journalKeys.intent);
  if (intent === undefined || journal.read(journalKeys.ended) === "true") return;
  const known: number[] = JSON.parse(journal.read(journalKeys.runs) ?? "[]");
  const runIds = [...new Set([...known, ...(await activeRuns(workspace, intent))])];
  if (runIds.length === 0) return;
  const alive = await cancelRuns(workspace, { runIds, timeoutMs });
  for (const id of runIds)
    log.line(
      alive.includes(id) ? `Cancelled run ${id}; it has not come to its end yet.` : `Cancelled run ${id}.`,
    );
}

/** Deletes the folder that the journal knows, and those above it that this task made and nobody else uses. */
export async function deleteJournaledFolder(
  workspace: DatabricksWorkspace,
  { journal, log }: { journal: Journal; log: Log },
): Promise<void> {
  const folder = journal.read(journalKeys.folder);
  if (folder === undefined) return;
  await deleteFolder(workspace.workspace, folder, JSON.parse(journal.read(journalKeys.above) ?? "[]"));
  log.line(`Deleted ${folder}.`);
}
