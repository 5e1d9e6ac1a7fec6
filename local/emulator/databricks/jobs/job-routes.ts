import type { Route } from "../../http/route.ts";
import type { DefineRoute } from "../api-route.ts";
import { invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import { pageOf } from "../paging.ts";
import { listedSettings, shownSettings, updatedSettings } from "./job-settings.ts";
import { type Job, type Jobs, nameOf } from "./jobs.ts";

/** Jobs, API 2.0 to 2.2. Source: https://docs.databricks.com/api/azure/workspace/jobs */
export function jobRoutes(route: DefineRoute, jobs: Jobs): Route[] {
  const base = "/api/{version=2.0|2.1|2.2}/jobs";
  const found = (fields: Fields) => jobs.get(fields.requiredInteger("job_id"));
  return [
    route("POST", `${base}/create`, "jobs/create", (fields, caller) => ({
      job_id: jobs.create(fields.raw(), caller).id,
    })),
    route("GET", `${base}/get`, "jobs/get", (fields) => {
      const job = found(fields);
      return {
        ...describe(job),
        run_as_user_name: job.creator.userName,
        settings: shownSettings(job.settings),
      };
    }),
    route("GET", `${base}/list`, "jobs/list", (fields, _caller, request) => {
      const name = fields.string("name")?.toLowerCase();
      const fitting = jobs.all().filter((job) => name === undefined || nameOf(job).toLowerCase() === name);
      const page = pageOf(fitting, fields, { sizeField: "limit", minSize: 1, defaultSize: 20, maxSize: 100 });
      const detail = {
        isExpanded: fields.boolean("expand_tasks"),
        isCut: request.parameter("version") === "2.2",
      };
      const shown = page.items.map((job) => ({ ...describe(job), ...listedSettings(job.settings, detail) }));
      return { ...(shown.length > 0 ? { jobs: shown } : {}), has_more: page.hasMore, ...page.tokens };
    }),
    route("POST", `${base}/update`, "jobs/update", (fields) => {
      const job = found(fields);
      jobs.change(job, updatedSettings(job.settings, fields));
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
      return { run_id: run.runId, number_in_job: run.runId };
    }),
  ];
}

function describe(job: Job): object {
  return {
    job_id: job.id,
    creator_user_name: job.creator.userName,
    created_time: Math.round(job.createdMs),
  };
}
