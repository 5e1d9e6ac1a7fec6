import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../http/request.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import { apiError, invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import type { Principal } from "../principal.ts";
import { checkReferences } from "./dynamic-values.ts";
import { readRunParameters } from "./job-parameters.ts";
import type { Run } from "./run.ts";
import { type RunSettings, readRunSettings } from "./run-settings.ts";
import type { Runs } from "./runs.ts";
import type { SettingsContext } from "./task-settings.ts";

export interface Job {
  id: number;
  /** As the request gave them; parsed again for each run. */
  settings: JsonObject;
  creator: Principal;
  createdMs: number;
}

/** Job definitions. Source: https://docs.databricks.com/api/azure/workspace/jobs */
export class Jobs {
  readonly #clock: Clock;
  readonly #runs: Runs;
  readonly #context: Omit<SettingsContext, "caller">;
  readonly #jobs = new Map<number, Job>();

  constructor(clock: Clock, runs: Runs, context: Omit<SettingsContext, "caller">) {
    this.#clock = clock;
    this.#runs = runs;
    this.#context = context;
  }

  create(settings: JsonObject, creator: Principal): Job {
    this.#check(settings, creator);
    const job = { id: this.#runs.newId(), settings, creator, createdMs: this.#clock.now() };
    this.#jobs.set(job.id, job);
    return job;
  }

  get(id: number): Job {
    const job = this.#jobs.get(id);
    if (job) return job;
    throw invalidParameter(`Job ${id} does not exist.`);
  }

  /** Newest first. */
  all(): Job[] {
    return [...this.#jobs.values()].reverse();
  }

  /** A changed time limit is that of active runs, too; all else is of later runs. Source: https://docs.databricks.com/api/azure/workspace/jobs/reset */
  change(job: Job, settings: JsonObject): void {
    const before = new Fields(job.settings).integer("timeout_seconds") ?? 0;
    const { timeoutSeconds } = this.#check(settings, job.creator);
    job.settings = settings;
    if (timeoutSeconds !== before) this.#runs.limit(job.id, timeoutSeconds);
  }

  /** Deletes a job; its active runs are cancelled. */
  delete(id: number): void {
    this.#jobs.delete(id);
    for (const run of this.#runs.active(id)) this.#runs.cancel(run);
  }

  runNow(job: Job, fields: Fields, caller: Principal): Run {
    if (fields.list("only").length > 0)
      throw apiError(
        501,
        "NOT_IMPLEMENTED",
        "The local workspace runs all tasks of a job, not those in 'only'.",
      );
    if (fields.list("python_params").length > 0)
      throw apiError(
        501,
        "NOT_IMPLEMENTED",
        "The local workspace takes job_parameters, not 'python_params'.",
      );
    const settings = this.#check(job.settings, job.creator);
    const parameters = readRunParameters(fields, settings.parameters);
    for (const { value } of parameters.jobParameters) checkReferences(value);
    for (const value of Object.values(parameters.notebookParams)) checkReferences(value);
    return this.#runs.start({
      settings,
      creator: caller,
      jobId: job.id,
      isJobRun: true,
      idempotencyToken: fields.string("idempotency_token") || undefined,
      isQueueEnabled: fields.object("queue")?.boolean("enabled") ?? settings.isQueueEnabled,
      ...parameters,
    });
  }

  ledger(): LedgerEntry[] {
    return this.all().map((job) => ({
      id: String(job.id),
      name: nameOf(job),
      tags: new Fields(job.settings).strings("tags"),
      creator: job.creator.displayName,
      ageSeconds: (this.#clock.now() - job.createdMs) / 1000,
    }));
  }

  #check(settings: JsonObject, caller: Principal): RunSettings {
    return readRunSettings(new Fields(settings), { ...this.#context, caller }, "name");
  }
}

export function nameOf(job: Job): string {
  return String(job.settings.name ?? "Untitled");
}
