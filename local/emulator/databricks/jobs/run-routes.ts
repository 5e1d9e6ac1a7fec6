import type { Route } from "../../http/route.ts";
import type { DefineRoute } from "../api-route.ts";
import { invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import { pageOf } from "../paging.ts";
import type { Permissions } from "../permissions.ts";
import { pageOfArrays } from "./array-pages.ts";
import { describeRun } from "./describe.ts";
import { describeTaskRun, runTypeOf } from "./describe-task.ts";
import { exportView } from "./export.ts";
import { describeOutput } from "./output.ts";
import type { Run } from "./run.ts";
import { readRunSettings } from "./run-settings.ts";
import type { Runs } from "./runs.ts";
import type { SettingsContext } from "./task-settings.ts";

/** 25 in the reference, 26 on the platform: https://github.com/databricks/databricks-cli/issues/464 */
const maxRunsListed = 26;

/** Runs, API 2.0 to 2.2. Source: https://docs.databricks.com/api/azure/workspace/jobs */
export function runRoutes(
  route: DefineRoute,
  { runs, permissions, baseUrl }: { runs: Runs; permissions: Permissions; baseUrl: string },
  context: Omit<SettingsContext, "caller">,
): Route[] {
  const base = "/api/{version=2.0|2.1|2.2}/jobs/runs";
  const found = (fields: Fields) => runs.get(fields.requiredInteger("run_id"));
  return [
    route("POST", `${base}/submit`, "jobs/submit", (fields, caller) => {
      const settings = readRunSettings(fields, { ...context, caller }, "run_name");
      const grants = fields.objects("access_control_list");
      permissions.check("jobs", caller, grants);
      const idempotencyToken = fields.string("idempotency_token") || undefined;
      const request = { settings, creator: caller, jobId: runs.newId(), isJobRun: false, idempotencyToken };
      const run = runs.start(request);
      // A repeated request with the same token gets the earlier run, whose permissions stay.
      if (run.jobId === request.jobId) permissions.change("jobs", String(run.jobId), grants, "add");
      return { run_id: run.runId };
    }),
    route("GET", `${base}/get`, "jobs/getrun", (fields, _caller, request) => {
      const { run, task } = found(fields);
      if (task && !run.settings.isSingle) return describeTaskRun(run, task, baseUrl);
      const version = request.parameter("version");
      const shown = describeRun(run, baseUrl, {
        version,
        withTasks: true,
        withResolvedValues: fields.boolean("include_resolved_values"),
        withHistory: fields.boolean("include_history"),
      });
      if (version !== "2.2") return shown;
      const { body, nextToken } = pageOfArrays(shown, fields.string("page_token"));
      return { ...body, ...(nextToken ? { has_more: true, next_page_token: nextToken } : {}) };
    }),
    route("GET", `${base}/get-output`, "jobs/getrunoutput", (fields) => {
      const { run, task } = found(fields);
      return describeOutput(run, task, baseUrl);
    }),
    route("GET", `${base}/export`, "jobs/exportrun", (fields) => {
      const { run, task } = found(fields);
      const views = fields.string("views_to_export") ?? "CODE";
      if (!["CODE", "DASHBOARDS", "ALL"].includes(views))
        throw invalidParameter(`Invalid views_to_export: ${views}`);
      if (!task) throw invalidParameter(`Run ${run.runId} has several tasks: export each task's run.`);
      if (!task.outcome) throw invalidParameter(`Run ${task.runId} is still active and cannot be exported.`);
      return { views: views === "DASHBOARDS" ? [] : [exportView(task)] };
    }),
    route("GET", `${base}/list`, "jobs/listruns", (fields, _caller, request) => {
      const version = request.parameter("version");
      const maxSize = version === "2.0" ? 1000 : maxRunsListed;
      const sizes = { sizeField: "limit", defaultSize: 20, maxSize, sizeForZero: maxSize };
      const page = pageOf(runs.all().filter(filterOf(fields)), fields, sizes);
      const withTasks = fields.boolean("expand_tasks");
      const shown = page.items.map((run) => {
        const described = describeRun(run, baseUrl, { version, withTasks });
        if (version !== "2.2" || !withTasks) return described;
        const { body, nextToken } = pageOfArrays(described, undefined);
        return { ...body, ...(nextToken ? { has_more: true } : {}) };
      });
      return { ...(shown.length > 0 ? { runs: shown } : {}), has_more: page.hasMore, ...page.tokens };
    }),
    route("POST", `${base}/cancel`, "jobs/cancelrun", (fields) => {
      const { run, task } = found(fields);
      runs.cancel(run, run.settings.isSingle ? undefined : task);
      return {};
    }),
    route("POST", `${base}/cancel-all`, "jobs/cancelallruns", (fields) => {
      const jobId = fields.integer("job_id");
      const queuedOnly = fields.boolean("all_queued_runs");
      if (jobId === undefined && !queuedOnly) throw invalidParameter("Missing required field: job_id");
      for (const run of runs.active(jobId)) {
        if (!queuedOnly || run.waitsFor === "room") runs.cancel(run);
      }
      return {};
    }),
    route("POST", `${base}/delete`, "jobs/deleterun", (fields) => {
      runs.delete(fields.requiredInteger("run_id"));
      return {};
    }),
  ];
}

function filterOf(fields: Fields): (run: Run) => boolean {
  const [activeOnly, completedOnly] = [fields.boolean("active_only"), fields.boolean("completed_only")];
  if (activeOnly && completedOnly)
    throw invalidParameter("active_only and completed_only cannot both be true.");
  const [jobId, runType] = [fields.integer("job_id"), fields.string("run_type")];
  const [from, to] = [fields.integer("start_time_from"), fields.integer("start_time_to")];
  return (run) =>
    (!activeOnly || !run.outcome) &&
    (!completedOnly || run.outcome !== undefined) &&
    (jobId === undefined || run.jobId === jobId) &&
    (runType === undefined || runType === runTypeOf(run)) &&
    (from === undefined || run.startMs >= from) &&
    (to === undefined || run.startMs <= to);
}
