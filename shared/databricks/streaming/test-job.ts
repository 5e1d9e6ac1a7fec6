import { ifFound } from "../../http/if-found.ts";
import { createOnce } from "../../intent/create-once.ts";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { Journal, Log, TaskHost } from "../../task/host.ts";
import type { JobSettings } from "../api/jobs.ts";
import type { DatabricksClient } from "../connection.ts";

const keys = {
  /** The name of the job, which contains the intent, written before it is created; empty once it is deleted. */
  name: "testJobName",
  /** Its id, if the answer to its creation was clear. */
  id: "testJobId",
  /** OpenRequests that may have created a job. */
  open: "openTestJobs",
} as const;

/** The job that a streaming test creates. The journal has its name, so that the post-job step finds and deletes it. */
export class TestJob {
  readonly #databricks: DatabricksClient;
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #open: OpenRequests;
  readonly #deleted = new Set<number>();

  constructor(databricks: DatabricksClient, { journal, log }: { journal: Journal; log: Log }) {
    this.#databricks = databricks;
    this.#journal = journal;
    this.#log = log;
    this.#open = new OpenRequests(journal, keys.open);
  }

  /** Whether a creation has begun, in this process or in an earlier stage of the step. */
  static hasBegun(journal: Journal): boolean {
    return Boolean(journal.read(keys.name));
  }

  /** Creates the job, at most one for its name, and returns its id. */
  async create(settings: JobSettings, { log, signal }: TaskHost): Promise<number> {
    const { jobs } = this.#databricks;
    this.#journal.write(keys.name, settings.name);
    const id = await createOnce({
      thing: `job ${settings.name}`,
      create: async () => (await jobs.create(settings)).job_id,
      find: () => this.#find(settings.name),
      adopt: (found) => found,
      open: this.#open,
      log,
      signal,
    });
    this.#journal.write(keys.id, String(id));
    log.line(`Created job ${id}, ${this.#databricks.url}/jobs/${id}`);
    return id;
  }

  /** Deletes the job, and looks again as long as a request without a clear answer may still create one. */
  settle(): Promise<void> {
    return this.#open.settle(() => this.delete());
  }

  /** Deletes every job of the name. Returns how many of them no clear answer had named. */
  async delete(): Promise<number> {
    const name = this.#journal.read(keys.name);
    if (!name) return 0;
    const known = Number(this.#journal.read(keys.id)) || undefined;
    const ids = new Set([...(known === undefined ? [] : [known]), ...(await this.#find(name))]);
    let unknown = 0;
    for (const id of ids) {
      if (this.#deleted.has(id)) continue;
      await ifFound(this.#databricks.jobs.delete({ job_id: id }));
      this.#deleted.add(id);
      this.#log.line(`Deleted job ${id}.`);
      if (id !== known) unknown++;
    }
    if (!this.#open.any) this.#journal.write(keys.name, ""); // nothing is left for the post-job step
    return unknown;
  }

  async #find(name: string): Promise<number[]> {
    const ids: number[] = [];
    for await (const { job_id, settings } of this.#databricks.jobs.list({ name }))
      if (settings?.name === name) ids.push(job_id);
    return ids;
  }
}
