import { ok, type Reply } from "../../http/reply.ts";
import { isJsonObject, type ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { collection, refuse } from "../dialect.ts";
import { EnumerationValue, enumerationFilter, flagFilter } from "../enumeration.ts";
import { identityRef } from "../identity.ts";
import type { Projects } from "../projects.ts";
import type { Approvals } from "./approvals.ts";
import type { Approval, ApprovalStep } from "./environment.ts";

const docs = "https://learn.microsoft.com/rest/api/azure/devops/approvalsandchecks/approvals";
const version = "?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/pipelines/approvals";
const expansions = { 1: "steps", 2: "permissions" };
/** https://learn.microsoft.com/rest/api/azure/devops/approvalsandchecks/approvals/query#approvalstatus */
const statuses = {
  ...{ 0: "undefined", 1: "uninitiated", 2: "pending", 4: "approved", 8: "rejected", 16: "skipped" },
  ...{ 32: "canceled", 64: "timedOut", 128: "failed", 256: "completed", 511: "all" },
};
const executionOrders = { 1: "anyOrder", 2: "inSequence" };

/** What people approved or rejected before stages started. */
export function approvalRoutes(approvals: Approvals, projects: Projects, access: Access): Route[] {
  const get = (request: ServiceRequest): Reply => {
    access.identify(request);
    const approval = approvals.get(request.parameter("approval"), projects.of(request));
    return ok(approvalBody(approval, request));
  };
  const query = (request: ServiceRequest): Reply => {
    access.identify(request);
    const project = projects.of(request);
    const ids = request.query.get("approvalIds")?.split(",").filter(Boolean);
    const users = request.query.get("userIds")?.split(",").filter(Boolean);
    const status = enumerationFilter("state", request.query.get("state"), statuses);
    const top = Number(request.query.get("top") ?? Number.POSITIVE_INFINITY);
    const found = (ids ? ids.map((id) => approvals.get(id, project)) : approvals.list(project)).filter(
      (approval) =>
        (!status || status(approval.status)) &&
        (!users || approval.steps.some(({ approver }) => users.includes(identityRef(approver).id))),
    );
    return collection(found.slice(0, top).map((approval) => approvalBody(approval, request)));
  };
  const update = (request: ServiceRequest): Reply => {
    const { name: approver } = access.identify(request);
    const project = projects.of(request);
    const answers = request.jsonArray(isJsonObject).map(({ approvalId, status, comment }) => {
      const approval = approvals.get(String(approvalId), project);
      const answer = String(status).toLowerCase();
      if (answer !== "approved" && answer !== "rejected") {
        refuse(
          400,
          "InvalidApprovalUpdateParameterException",
          `The approval cannot be updated to '${status}'.`,
        );
      }
      // Only the people of the check can answer: a pipeline's own token cannot approve its stages.
      if (!approval.steps.some((step) => step.approver === approver)) {
        refuse(
          403,
          "ApprovalUnauthorizedException",
          `${approver} does not have permission to approve or reject ${approval.id}.`,
        );
      }
      return {
        approval,
        answer: { approver, answer, comment: typeof comment === "string" ? comment : "" },
      } as const;
    });
    for (const { approval, answer } of answers) approvals.answer(approval, answer);
    return collection(answers.map(({ approval }) => approvalBody(approval, request, true)));
  };
  return [
    {
      ...{ method: "GET", path: `${base}/{approval}`, source: `${docs}/get${version}` },
      query: ["$expand"],
      handle: get,
    },
    {
      ...{ method: "GET", path: base, source: `${docs}/query${version}` },
      query: ["$expand", "approvalIds", "userIds", "state", "top"],
      handle: query,
    },
    { method: "PATCH", path: base, source: `${docs}/update${version}`, handle: update },
  ];
}

/** Without `$expand=steps` the steps are empty, as in the sample of the documentation. */
function approvalBody(approval: Approval, request: ServiceRequest, isUpdate = false) {
  const { id, build, status, steps, createdOn, lastModifiedOn } = approval;
  const collectionUrl = `${request.url.origin}/${request.parameter("organisation")}`;
  const hasSteps =
    isUpdate || flagFilter("$expand", request.query.get("$expand"), expansions)?.("steps") === true;
  return {
    ...{ id, steps: hasSteps ? steps.map(stepBody) : [], createdOn, lastModifiedOn },
    ...{
      status: new EnumerationValue(status, statuses),
      executionOrder: new EnumerationValue("anyOrder", executionOrders),
      minRequiredApprovers: steps.length,
      blockedApprovers: [],
      instructions: "",
    },
    pipeline: {
      owner: { id: build.id, name: build.number },
      ...{ id: String(build.definition.id), name: build.definition.name },
    },
    _links: { self: { href: `${collectionUrl}/${build.project.id}/_apis/pipelines/approvals/${id}` } },
  };
}

function stepBody({ approver, status, comment, initiatedOn, lastModifiedOn }: ApprovalStep, index: number) {
  const person = identityRef(approver);
  const isAnswered = status === "approved" || status === "rejected";
  return {
    ...{ assignedApprover: person, ...(isAnswered ? { actualApprover: person } : {}), comment },
    status: new EnumerationValue(status, statuses),
    ...{ order: index + 1, initiatedOn, lastModifiedOn, lastModifiedBy: person, history: [] },
  };
}
