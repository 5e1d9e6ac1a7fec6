import type { Application } from "../../entra/directory.ts";
import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import { fabricError, invalidInput } from "../errors.ts";
import type { ItemRequests } from "../item-requests.ts";
import type { Item } from "../items.ts";
import type { Page } from "../paging.ts";
import type { DefineRoute } from "../route.ts";
import { newSparkJob } from "../spark-job-definitions.ts";
import type { ExecutionParts } from "./execution.ts";
import { isLive, type JobInstance, shownInstance, shownWithExitValue } from "./job-instance.ts";
import type { JobInstances } from "./job-instances.ts";
import { executeNotebook } from "./notebook-job.ts";
import { shownWithProperties } from "./notebook-job-instance.ts";
import { readNotebookRequest } from "./notebook-request.ts";
import { executeSparkJob } from "./spark-job.ts";
import { readSparkJobRequest } from "./spark-job-request.ts";

interface JobParts {
  requests: ItemRequests;
  jobs: JobInstances;
  page: Page;
  execution: ExecutionParts;
  origin: string;
  retryAfterSeconds: number;
}

const item = "/workspaces/{workspaceId}/items/{itemId}";
const scheduler = "core/job-scheduler";

/** Runs of notebooks and Spark job definitions. */
export function jobRoutes(route: DefineRoute, parts: JobParts): Route[] {
  const { requests, jobs, page, origin, retryAfterSeconds } = parts;
  const wait = { "retry-after": String(retryAfterSeconds) };
  const accepted = ({ id, item }: JobInstance): Reply => ({
    status: 202,
    headers: {
      ...wait,
      location: `${origin}/v1/workspaces/${item.workspace.id}/items/${item.id}/jobs/instances/${id}`,
      "content-type": "application/octet-stream",
    },
  });
  const start = (request: ServiceRequest, caller: Application, jobType: string | null) => {
    if (!jobType) throw invalidInput("The jobType is required");
    return accepted(startJob(parts, requests.activeItem(request, caller), jobType, { request, caller }));
  };
  const find = (request: ServiceRequest, caller: Application, role: "Viewer" | "Contributor") =>
    jobs.get(requests.item(request, caller, role), request.parameter("jobInstanceId"));
  return [
    route("POST", `${item}/jobs/instances`, `${scheduler}/run-on-demand-item-job`, (request, caller) =>
      start(request, caller, request.query.get("jobType")),
    ),
    route(
      "POST",
      `${item}/jobs/{jobType}/instances`,
      `${scheduler}/run-on-demand-item-job`,
      (request, caller) => start(request, caller, request.parameter("jobType")),
    ),
    route(
      "POST",
      "/workspaces/{workspaceId}/{collection=notebooks}/{itemId}/jobs/execute/instances",
      "notebook/background-jobs/run-on-demand-notebook",
      (request, caller) => start(request, caller, "Execute"),
    ),
    route(
      "POST",
      "/workspaces/{workspaceId}/{collection=sparkJobDefinitions}/{itemId}/jobs/sparkjob/instances",
      "sparkjobdefinition/background-jobs/run-on-demand-spark-job-definition",
      (request, caller) => start(request, caller, "sparkjob"),
    ),
    route("GET", `${item}/jobs/instances`, `${scheduler}/list-item-job-instances`, (request, caller) =>
      page(request, jobs.of(requests.item(request, caller, "Viewer")).map(shownInstance)),
    ),
    route(
      "GET",
      `${item}/jobs/instances/{jobInstanceId}`,
      `${scheduler}/get-item-job-instance`,
      (request, caller) => {
        const instance = find(request, caller, "Viewer");
        return ok(shownWithExitValue(instance), isLive(instance) ? wait : {});
      },
    ),
    route(
      "GET",
      "/workspaces/{workspaceId}/{collection=notebooks}/{itemId}/jobs/execute/instances/{jobInstanceId}",
      "notebook/background-jobs/get-notebook-job-instance(beta)",
      (request, caller) => {
        if (request.query.get("beta")?.toLowerCase() !== "true")
          throw invalidInput("The query parameter beta must be true");
        const instance = find(request, caller, "Viewer");
        return ok(shownWithProperties(instance, origin), isLive(instance) ? wait : {});
      },
    ),
    route(
      "POST",
      `${item}/jobs/instances/{jobInstanceId}/cancel`,
      `${scheduler}/cancel-item-job-instance`,
      (request, caller) => {
        const instance = find(request, caller, "Contributor");
        jobs.cancel(instance);
        return accepted(instance);
      },
    ),
  ];
}

function startJob(
  { jobs, execution }: JobParts,
  item: Item,
  jobType: string,
  { request, caller }: { request: ServiceRequest; caller: Application },
): JobInstance {
  const body = request.json();
  if (item.type === "Notebook" && /^(RunNotebook|Execute)$/i.test(jobType)) {
    const wanted = readNotebookRequest(body);
    return jobs.start(item, jobType, caller, (instance) => executeNotebook(execution, instance, wanted));
  }
  if (item.type === "SparkJobDefinition" && /^sparkjob$/i.test(jobType)) {
    const wanted = readSparkJobRequest(body, item.sparkJob ?? newSparkJob());
    return jobs.start(item, jobType, caller, (instance) => executeSparkJob(execution, instance, wanted));
  }
  throw fabricError(
    400,
    "InvalidJobType",
    `The job type ${jobType} is invalid for an item of the type ${item.type}`,
  );
}
