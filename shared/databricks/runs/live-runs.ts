import { oneAtATime } from "../../concurrency/bounded.ts";
import { independently } from "../../concurrency/independent.ts";
import { RequestError } from "../../http/errors.ts";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { Journal, Log } from "../../task/host.ts";
import type { RunNowRequest } from "../api/jobs.ts";
import type { DatabricksClient } from "../connection.ts";
import { activeRuns, cancelRuns } from "./cancel-runs.ts";

const keys = {
  /** Part of the name of each run, written before the first one is submitted. */
  intent: "runIntent",
  /** JSON list of the ids of the runs that may not have ended. */
  runs: "runIds",
  /** "true" if no run of this step can be alive. */
  ended: "runsEnded",
  /** JSON of the request that starts a job, until its answer is clear. */
  start: "jobStart",
  /** OpenRequests that may have created a run. */
  openRuns: "openSubmissions",
} as const;

/** The runs of a step that may be alive. They are kept in the journal, so that the post-job step finds them if the step was killed. */
export class LiveRuns {
  readonly #journal: Journal;
  readonly #open: OpenRequests;
  readonly #starts = oneAtATime();
  readonly #ids: Set<number>;
  /** Ids of the runs that this process has cancelled. */
  readonly #canceled = new Set<number>();

  constructor(journal: Journal) {
    this.#journal = journal;
    this.#open = new OpenRequests(journal, keys.openRuns);
    this.#ids = new Set(JSON.parse(journal.read(keys.runs) ?? "[]") as number[]);
  }

  /** @param intent part of the name of each run that will be submitted */
  begin(intent: string): void {
    this.#journal.write(keys.intent, intent);
  }

  /** Whether `begin` was called, in this process or in an earlier stage of the step. */
  get hasBegun(): boolean {
    return this.#journal.read(keys.intent) !== undefined;
  }

  /**
   * Submits a run and returns its id.
   * @param submit sends the request. Calls `onDoubt` after each attempt that may have created a run although its response did not say so.
   */
  async submit(submit: (onDoubt: () => void) => Promise<number>): Promise<number> {
    this.#journal.write(keys.ended, "false");
    try {
      const id = await this.#open.track(submit);
      this.#ids.add(id);
      this.#open.requireRunningStep();
      return id;
    } finally {
      this.#write();
    }
  }

  /**
   * Starts a job and returns the id of its run. The run has the name of its job, so that it cannot be found by the intent. The journal has the
   * request instead: if it is sent again, its token gives the same run. Jobs are started one after another, because the journal is passed in an
   * environment variable, which has no room for many requests.
   */
  startJob(databricks: DatabricksClient, request: RunNowRequest): Promise<number> {
    return this.#starts(async () => {
      await this.#cancelDoubtfulStart(databricks, 0);
      this.#open.requireRunningStep();
      this.#journal.write(keys.ended, "false");
      this.#journal.write(keys.start, JSON.stringify(request));
      let isDoubtful = false;
      try {
        const { run_id } = await databricks.jobs.runNow(request, () => {
          isDoubtful = true;
        });
        isDoubtful = false;
        this.#ids.add(run_id);
        this.#open.requireRunningStep();
        return run_id;
      } catch (error) {
        isDoubtful ||= error instanceof RequestError && error.ambiguous;
        throw error;
      } finally {
        if (!isDoubtful) this.#journal.write(keys.start, "");
        this.#write();
      }
    });
  }

  /** Cancels the run of a job whose start had no clear answer. */
  async #cancelDoubtfulStart(databricks: DatabricksClient, timeoutMs: number): Promise<void> {
    const request = this.#journal.read(keys.start);
    if (!request) return;
    const { run_id } = await databricks.jobs.runNow(JSON.parse(request) as RunNowRequest);
    await cancelRuns(databricks, { runIds: [run_id], timeoutMs });
    this.#journal.write(keys.start, "");
    this.#write();
  }

  /** Records that a run has ended. */
  ended(id: number): void {
    this.#ids.delete(id);
    this.#write();
  }

  /** Cancels the runs once. For a cancelled step, which has no time to look again for runs whose submission had no clear answer. */
  async cancelNow(databricks: DatabricksClient, log: Log, timeoutMs: number): Promise<void> {
    this.#open.seen(await this.#cancel(databricks, log, timeoutMs));
  }

  /** Cancels the runs, and looks for more as long as a submission without a clear answer may still create one. */
  settle(databricks: DatabricksClient, log: Log, timeoutMs: number): Promise<void> {
    return this.#open.settle(() => this.#cancel(databricks, log, timeoutMs));
  }

  /**
   * Cancels the runs in the journal and every other run with the intent in its name, and waits until they have ended. Returns the number
   * of runs that are not in the journal.
   */
  async #cancel(databricks: DatabricksClient, log: Log, timeoutMs: number): Promise<number> {
    const intent = this.#journal.read(keys.intent);
    if (intent === undefined || this.#journal.read(keys.ended) === "true") return 0;
    const unknown = new Set<number>();
    await independently([
      async () => {
        for (const id of await activeRuns(databricks, intent))
          if (!this.#ids.has(id) && !this.#canceled.has(id)) unknown.add(id);
      },
      () => this.#cancelDoubtfulStart(databricks, timeoutMs),
      async () => {
        const runIds = [...this.#ids, ...unknown].filter((id) => !this.#canceled.has(id));
        for (const id of runIds) this.#canceled.add(id);
        const alive = await cancelRuns(databricks, { runIds, timeoutMs });
        for (const id of runIds)
          log.line(
            alive.includes(id) ? `Cancelled run ${id}, but it has not ended yet.` : `Cancelled run ${id}.`,
          );
      },
    ]);
    return unknown.size;
  }

  #write(): void {
    this.#journal.write(keys.runs, JSON.stringify([...this.#ids]));
    this.#journal.write(
      keys.ended,
      String(this.#ids.size === 0 && !this.#open.any && !this.#journal.read(keys.start)),
    );
  }
}
