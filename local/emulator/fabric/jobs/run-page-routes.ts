import type { Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { JobInstances } from "./job-instances.ts";
import { noRunPage, runPage } from "./run-page.ts";

const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
};

/** The pages of runs, at the paths that they have in the portal. They need no sign-in, and stay when their items are deleted. */
export function runPageRoutes(jobs: JobInstances): Route[] {
  const page = async (request: ServiceRequest): Promise<Reply> => {
    const instance = jobs.find({
      workspaceId: request.parameter("workspaceId"),
      itemId: request.parameter("itemId"),
      id: request.parameter("jobInstanceId"),
    });
    if (!instance) return { status: 404, headers, body: noRunPage() };
    const log = (await instance.session?.log.read()) ?? Buffer.alloc(0);
    return { status: 200, headers, body: runPage(instance, log.toString("utf8")) };
  };
  return [
    {
      method: "GET",
      path: "/groups/{workspaceId}/synapsenotebooks/{itemId}/snapshots/{jobInstanceId}",
      source:
        "https://learn.microsoft.com/rest/api/fabric/notebook/background-jobs/get-notebook-job-instance(beta)",
      handle: page,
    },
    {
      method: "GET",
      path: "/groups/{workspaceId}/sparkJobDefinitions/{itemId}/runs/{jobInstanceId}",
      source: "https://learn.microsoft.com/fabric/data-engineering/run-spark-job-definition",
      handle: page,
    },
  ];
}
