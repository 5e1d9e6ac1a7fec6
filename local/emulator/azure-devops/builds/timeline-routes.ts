import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { refuse } from "../dialect.ts";
import { EnumerationValue } from "../enumeration.ts";
import { identityRef } from "../identity.ts";
import type { Projects } from "../projects.ts";
import type { Builds } from "./builds.ts";
import { taskResults } from "./timeline.ts";

const source =
  "https://learn.microsoft.com/rest/api/azure/devops/build/timeline/get?view=azure-devops-rest-7.1";

/** https://learn.microsoft.com/rest/api/azure/devops/build/timeline/get#timelinerecordstate */
const states = { 0: "pending", 1: "inProgress", 2: "completed" };

/** The stages, jobs and steps of a run, and the approvals that its stages had to wait for. */
export function timelineRoutes(builds: Builds, projects: Projects, access: Access): Route[] {
  const get = (request: ServiceRequest): Reply => {
    access.identify(request);
    const project = projects.of(request);
    const { id, planId, requestedFor, timeline, deletedOn, queuedOn, finishedOn } = builds.get(
      request.parameter("build"),
      project,
    );
    const wanted = request.parameters.timeline;
    if (deletedOn !== undefined || (wanted !== undefined && wanted.toLowerCase() !== timeline.id)) {
      refuse(
        404,
        "TimelineNotFoundException",
        `The timeline ${wanted ?? ""} of the build ${id} could not be found.`,
      );
    }
    const plan = request.query.get("planId");
    if (plan && plan.toLowerCase() !== planId.toLowerCase())
      refuse(404, "TimelineNotFoundException", `The build ${id} has no timeline of the plan ${plan}.`);
    const buildsUrl = `${request.url.origin}/${request.parameter("organisation")}/${project.id}/_apis/build/builds`;
    return ok({
      records: timeline.records.map((record, index) => ({
        ...{ previousAttempts: [], attempt: 1, order: index + 1, errorCount: 0, warningCount: 0, ...record },
        identifier: record.identifier ?? null,
        state: new EnumerationValue(record.state, states),
        result: record.result === undefined ? null : new EnumerationValue(record.result, taskResults),
        startTime: record.startTime ?? null,
        finishTime: record.finishTime ?? null,
      })),
      lastChangedBy: identityRef(requestedFor).id,
      lastChangedOn: finishedOn ?? queuedOn,
      id: timeline.id,
      changeId: timeline.changeId,
      url: `${buildsUrl}/${id}/Timeline/${timeline.id}`,
    });
  };
  const path = "/{organisation}/{project}/_apis/build/builds/{build}/timeline/{timeline?}";
  return [{ method: "GET", path, source, query: ["planId"], handle: get }];
}
