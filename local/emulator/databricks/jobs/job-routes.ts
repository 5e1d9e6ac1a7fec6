import type { JsonObject, ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { DefineRoute } from "../api-route.ts";
import { invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import { pageOf } from "../paging.ts";
import type { Permissions } from "../permissions.ts";
import { pageOfArrays } from "./array-pages.ts";
import { shownSettings, updatedSettings, withoutTasks } from "./job-settings.ts";
import { type Job, type Jobs, nameOf, runAsOf } from "./jobs.ts";
import type { Runs } from "./runs.ts";

/** Jobs, API 2.0 to 2.2. Source: https://docs.databricks.com/api/azure/workspace/jobs */
export function jobRoutes(
  route: DefineRoute,
  { jobs, runs, permissions }: { jobs: Jobs; runs: Runs; permissions: Permissions },
): Route[] {
  const base = "/api/{version=2.0|2.1|2.2}/jobs";
  const found = (fields: Fields) => jobs.get(fields.requiredInteger("job_id"));
  return [
    route("POST", `${base}/create`, "jobs/create", (fields, caller, request) => {
      const grants = fields.objects("access_control_list");
      permissions.check("jobs", caller, grants);
      const { id } = jobs.create(withQueue(fields.raw(), request), caller);
      permissions.change("jobs", String(id), grants, "add");
      return { job_id: id };
    }),
    route("GET", `${base}/get`, "jobs/get", (fields, _caller, request) => {
      const job = found(fields);
      const page = settingsPage(job, request, fields.string("page_token"));
      return {
        ...describe(job),
        run_as_user_name: runAsOf(job),
        settings: page.body,
        ...(page.nextToken ? { has_more: true, next_page_token: page.nextToken } : {}),
      };
    }),
    route("GET", `${base}/list`, "jobs/list", (fields, _caller, request) => {
      const version = request.parameter("version");
      const name = fields.string("name")?.toLowerCase();
      const fitting = jobs
        .all()
        .filter((job) => name === undefined || version === "2.0" || nameOf(job).toLowerCase() === name);
      // Limit, offset, name and expand_tasks came with API 2.1: https://github.com/databricks/databricks-cli, databricks_cli/jobs/cli.py
      if (version === "2.0") {
        const jobs = fitting.map((job) => ({
          ...describe(job),
          settings: shownSettings(job.settings, version),
        }));
        return jobs.length > 0 ? { jobs } : {};
      }
      const page = pageOf(fitting, fields, { sizeField: "limit", minSize: 1, defaultSize: 20, maxSize: 100 });
      const shown = page.items.map((job) => {
        if (!fields.boolean("expand_tasks"))
          return { ...describe(job), settings: withoutTasks(shownSettings(job.settings, version)) };
        const { body, nextToken } = settingsPage(job, request);
        return { ...describe(job), settings: body, ...(nextToken ? { has_more: true } : {}) };
      });
      return { ...(shown.length > 0 ? { jobs: shown } : {}), has_more: page.hasMore, ...page.tokens };
    }),
    route("POST", `${base}/update`, "jobs/update", (fields) => {
      const job = found(fields);
      jobs.change(job, updatedSettings(job.settings, fields));
      return {};
    }),
    route("POST", `${base}/reset`, "jobs/reset", (fields, _caller, request) => {
      const settings = fields.object("new_settings");
      if (!settings) throw invalidParameter("Missing required field: new_settings");
      jobs.change(found(fields), withQueue(settings.raw(), request));
      return {};
    }),
    route("POST", `${base}/delete`, "jobs/delete", (fields) => {
      jobs.delete(found(fields).id);
      return {};
    }),
    route("POST", `${base}/run-now`, "jobs/runnow", (fields, caller) => {
      const run = jobs.runNow(found(fields), fields, caller);
      return { run_id: run.runId, number_in_job: run.runId };
    }),
    route("POST", "/api/{version=2.1|2.2}/jobs/runs/repair", "jobs/repairrun", (fields) => {
      const { run } = runs.get(fields.requiredInteger("run_id"));
      return { repair_id: jobs.repair(run, fields) };
    }),
  ];
}

/** Before API 2.2, a job is shown as a whole. */
function settingsPage({ settings }: Job, request: ServiceRequest, token?: string) {
  const version = request.parameter("version");
  const shown = shownSettings(settings, version);
  return version === "2.2" ? pageOfArrays(shown, token) : { body: shown, nextToken: undefined };
}

/**
 * Since API 2.2, a job has a queue unless the request says otherwise.
 * Source: https://learn.microsoft.com/azure/databricks/reference/jobs-api-2-2-updates
 */
function withQueue(settings: JsonObject, request: ServiceRequest): JsonObject {
  const isDefault = request.parameter("version") === "2.2" && (settings.queue ?? undefined) === undefined;
  return isDefault ? { ...settings, queue: { enabled: true } } : settings;
}

function describe(job: Job): object {
  return {
    job_id: job.id,
    creator_user_name: job.creator.userName,
    created_time: Math.round(job.createdMs),
  };
}
