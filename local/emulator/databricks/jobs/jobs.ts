import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../http/request.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import { invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import type { Principal } from "../principal.ts";
import { notImplemented } from "../unsupported.ts";
import { readRunParameters } from "./job-parameters.ts";
import { nameIn } from "./job-settings.ts";
import { tasksToRepair } from "./repair.ts";
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

  find(id: number): Job | undefined {
    return this.#jobs.get(id);
  }

  get(id: number): Job {
    const job = this.find(id);
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
      throw notImplemented("The local workspace runs all tasks of a job, not those in 'only'.");
    refuseOtherParameters(fields);
    const settings = this.#check(job.settings, job.creator);
    const parameters = readRunParameters(fields, settings.parameters);
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

  /** Runs tasks of an ended run again, with the current settings of its job. Returns the id of the repair. */
  repair(run: Run, fields: Fields): number {
    refuseOtherParameters(fields);
    const keys = tasksToRepair(run, fields);
    const job = this.#jobs.get(run.jobId);
    const settings = job ? this.#check(job.settings, job.creator) : run.settings;
    const gone = [...keys].find((key) => !settings.tasks.some(({ taskKey }) => taskKey === key));
    if (gone !== undefined) throw invalidParameter(`Task ${gone} is no longer a task of job ${run.jobId}.`); // unconfirmed wording
    // The parameters of the first execution are not kept: https://github.com/apache/airflow/issues/64828
    Object.assign(run, readRunParameters(fields, settings.parameters), { settings });
    return this.#runs.repair(run, keys);
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
  return nameIn(job.settings);
}

/** The user name or application id that the job runs as: its creator, unless `run_as` says otherwise. */
export function runAsOf({ settings, creator }: Job): string {
  const runAs = new Fields(settings).object("run_as");
  return runAs?.string("user_name") ?? runAs?.string("service_principal_name") ?? creator.userName;
}

function refuseOtherParameters(fields: Fields): void {
  for (const name of [
    "python_params",
    "jar_params",
    "spark_submit_params",
    "python_named_params",
    "sql_params",
    "dbt_commands",
    "pipeline_params",
  ]) {
    if (fields.has(name))
      throw notImplemented(`The local workspace takes job_parameters and notebook_params, not '${name}'.`);
  }
}
