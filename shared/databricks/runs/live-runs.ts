import type { OpenRequests } from "../../intent/open-requests.ts";
import type { Journal } from "../../task/host.ts";

/** What this task writes down for its post-job step. */
export const journalKeys = {
  /** Part of the name of each run: written before the first one is submitted. */
  intent: "runIntent",
  /** JSON list of the ids of runs that are not known to have ended. */
  runs: "runIds",
  /** "true" while no run of this task can be alive. */
  ended: "runsEnded",
  /** Submissions that may have started a run without this step's knowing of it. */
  openRuns: "openSubmissions",
  /** The folder that holds the upload: written before it is made. */
  folder: "uploadFolder",
  /** JSON list of the folders above it that this task makes, deepest first. */
  above: "foldersAbove",
  /** Requests that may make the folder again. */
  openFolders: "openFolders",
} as const;

/** Writes down which runs are alive, whenever that changes. */
export class LiveRuns {
  readonly #ids = new Set<number>();

  readonly #journal: Journal;
  readonly open: OpenRequests;

  /** @param open the submissions whose fate is open */
  constructor(journal: Journal, open: OpenRequests) {
    this.#journal = journal;
    this.open = open;
  }

  async submit(submit: (onDoubt: () => void) => Promise<number>): Promise<number> {
    this.#journal.write(journalKeys.ended, "false");
    try {
      const id = await this.open.track(submit);
      this.#ids.add(id);
      return id;
    } finally {
      this.#write();
    }
  }

  ended(id: number): void {
    this.#ids.delete(id);
    this.#write();
  }

  #write(): void {
    this.#journal.write(journalKeys.runs, JSON.stringify([...this.#ids]));
    this.#journal.write(journalKeys.ended, String(this.#ids.size === 0 && !this.open.any));
  }
}
