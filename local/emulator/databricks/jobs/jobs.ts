import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import type { DefineRoute } from "../api-route.ts";
import { invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import { pageOf } from "../paging.ts";
import type { Principal } from "../principal.ts";
import type { Outcome, Run } from "./run.ts";
import type { Runs } from "./runs.ts";
import { readRunSettings, type SettingsContext } from "./task-settings.ts";

interface Job {
  id: number;
  /** As the request gave them; parsed again for each run. */
  settings: JsonObject;
  creator: Principal;
  createdMs: number;
  runCount: number;
}

/** Of run-now alone; jobs/runs/submit allows `base_parameters` of 1 MB. Source: https://docs.databricks.com/api/azure/workspace/jobs/runnow */
const maxParameterBytes = 10_000;

const tooManyRuns: Outcome = {
  lifeCycleState: "SKIPPED",
  resultState: "MAXIMUM_CONCURRENT_RUNS_REACHED",
  message: "An active run of this job exists already and the job may not have more.", // unconfirmed wording
  code: "MAX_CONCURRENT_RUNS_EXCEEDED",
  type: "CLIENT_ERROR",
};

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
    const job = { id: this.#runs.newId(), settings, creator, createdMs: this.#clock.now(), runCount: 0 };
    this.#jobs.set(job.id, job);
    return job;
  }

  get(id: number): Job {
    const job = this.#jobs.get(id);
    if (job) return job;
    throw invalidParameter(`Job ${id} does not exist.`);
  }

  all(): Job[] {
    return [...this.#jobs.values()].reverse();
  }

  change(job: Job, settings: JsonObject): void {
    this.#check(settings, job.creator);
    job.settings = settings;
  }

  /** Deletes a job; its active runs are cancelled. */
  delete(id: number): void {
    this.#jobs.delete(id);
    for (const run of this.#runs.active()) if (run.jobId === id) this.#runs.cancel(run);
  }

  runNow(job: Job, fields: Fields, caller: Principal): Run {
    const parameters = fields.strings("notebook_params");
    if (Buffer.byteLength(JSON.stringify({ notebook_params: parameters })) > maxParameterBytes) {
      throw invalidParameter(
        `The JSON representation of notebook_params cannot exceed ${maxParameterBytes} bytes.`,
      );
    }
    const settings = this.#check(job.settings, job.creator);
    const request = {
      settings,
      creator: caller,
      jobId: job.id,
      numberInJob: ++job.runCount,
      idempotencyToken: fields.string("idempotency_token") || undefined,
      overrides: { ...fields.strings("job_parameters"), ...parameters },
    };
    const active = this.#runs.active().filter((run) => run.jobId === job.id).length;
    return active >= settings.maxConcurrentRuns
      ? this.#runs.skip(request, tooManyRuns)
      : this.#runs.start(request);
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

  #check(settings: JsonObject, caller: Principal) {
    return readRunSettings(new Fields(settings), { ...this.#context, caller }, "name");
  }
}

export function jobRoutes(route: DefineRoute, jobs: Jobs): Route[] {
  const base = "/api/{version=2.0|2.1|2.2}/jobs";
  const describe = (job: Job) => ({
    job_id: job.id,
    creator_user_name: job.creator.userName,
    run_as_user_name: job.creator.userName,
    created_time: Math.round(job.createdMs),
    settings: {
      ...job.settings,
      name: nameOf(job),
      format: job.settings.tasks ? "MULTI_TASK" : "SINGLE_TASK",
    },
  });
  const found = (fields: Fields) => jobs.get(fields.requiredInteger("job_id"));
  return [
    route("POST", `${base}/create`, "jobs/create", (fields, caller) => ({
      job_id: jobs.create(fields.raw(), caller).id,
    })),
    route("GET", `${base}/get`, "jobs/get", (fields) => describe(found(fields))),
    route("GET", `${base}/list`, "jobs/list", (fields) => {
      const name = fields.string("name")?.toLowerCase();
      const fitting = jobs.all().filter((job) => name === undefined || nameOf(job).toLowerCase() === name);
      const page = pageOf(fitting, fields, { sizeField: "limit", defaultSize: 20, maxSize: 100 });
      return {
        ...(page.items.length > 0 ? { jobs: page.items.map(describe) } : {}),
        has_more: page.hasMore,
        ...page.tokens,
      };
    }),
    route("POST", `${base}/update`, "jobs/update", (fields) => {
      const job = found(fields);
      const removed = new Set(fields.list("fields_to_remove").map(String));
      const kept = Object.entries(job.settings).filter(([name]) => !removed.has(name));
      jobs.change(job, { ...Object.fromEntries(kept), ...fields.object("new_settings")?.raw() });
      return {};
    }),
    route("POST", `${base}/reset`, "jobs/reset", (fields) => {
      const settings = fields.object("new_settings");
      if (!settings) throw invalidParameter("Missing required field: new_settings");
      jobs.change(found(fields), settings.raw());
      return {};
    }),
    route("POST", `${base}/delete`, "jobs/delete", (fields) => {
      jobs.delete(found(fields).id);
      return {};
    }),
    route("POST", `${base}/run-now`, "jobs/runnow", (fields, caller) => {
      const run = jobs.runNow(found(fields), fields, caller);
      return { run_id: run.runId, number_in_job: run.numberInJob };
    }),
  ];
}

function nameOf(job: Job): string {
  return String(job.settings.name ?? "Untitled");
}
