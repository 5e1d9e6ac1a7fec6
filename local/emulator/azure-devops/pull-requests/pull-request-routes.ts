import { ok, type Reply } from "../../http/reply.ts";
import { isJsonObject, type ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { collection, pageOf, refuse } from "../dialect.ts";
import { enumerationFilter } from "../enumeration.ts";
import { projectOf } from "../urls.ts";
import { pullRequestBody, pullRequestStatuses, repositoryBody, statusBody, statusStates } from "./bodies.ts";
import type { PullRequest, PullRequestStatus, PullRequests } from "./pull-requests.ts";

const repositories =
  "https://learn.microsoft.com/rest/api/azure/devops/git/repositories?view=azure-devops-rest-7.1";
const pullRequestsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests?view=azure-devops-rest-7.1";
const statusesDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-statuses?view=azure-devops-rest-7.1";
const git = "/{organisation}/{project?}/_apis/git";
const one = `${git}/repositories/{repository}/pullRequests/{pullRequest}`;
/** Local pull requests have no people besides their author, and no merges. */
const listQuery = [
  ...["status", "repositoryId", "sourceRefName", "targetRefName", "title"].map(
    (name) => `searchCriteria.${name}`,
  ),
  ...["searchCriteria.includeLinks", "maxCommentLength", "$skip", "$top"],
];

/** Pull requests, their repository, and the statuses that policies look at. */
export function pullRequestRoutes(pullRequests: PullRequests, access: Access): Route[] {
  const read = (request: ServiceRequest) => {
    access.identify(request);
    projectOf(request);
    return pullRequests.get(request.parameter("pullRequest"), request.parameters.repository);
  };
  const repository = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    return ok(repositoryBody(pullRequests.repository(request.parameter("repository")), request));
  };
  const get = (request: ServiceRequest): Reply => ok(pullRequestBody(read(request), request));
  const listRepositories = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    return collection(pullRequests.repositories().map((each) => repositoryBody(each, request)));
  };
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    const { query } = request;
    const [repository, source, target, title] = [
      "repositoryId",
      "sourceRefName",
      "targetRefName",
      "title",
    ].map((name) => query.get(`searchCriteria.${name}`) || undefined);
    const given = query.get("searchCriteria.status") || "active";
    const isWanted = enumerationFilter("searchCriteria.status", given, pullRequestStatuses);
    const found = pullRequests
      .list(request.parameters.repository ?? repository)
      .filter(() => isWanted?.("active") || ["0", "notset"].includes(given.toLowerCase()))
      .filter((each) => source === undefined || each.sourceBranch === source)
      .filter((each) => target === undefined || each.targetBranch === target)
      .filter((each) => title === undefined || each.title.toLowerCase().includes(title.toLowerCase()));
    // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests: without $top, a page has 101.
    const page = pageOf(found, request);
    return collection(
      (query.get("$top") ? page : page.slice(0, 101)).map((each) => pullRequestBody(each, request)),
    );
  };
  const statuses = (request: ServiceRequest): Reply => {
    const pullRequest = read(request);
    return collection(pullRequest.statuses.map((status) => statusBody(status, pullRequest, request)));
  };
  const status = (request: ServiceRequest): Reply => {
    const pullRequest = read(request);
    return ok(statusBody(statusOf(pullRequest, request), pullRequest, request));
  };
  const create = (request: ServiceRequest): Reply => {
    const pullRequest = read(request);
    const { id, name } = access.requireContribution(request);
    const created: PullRequestStatus = {
      ...readStatus(request),
      id: (pullRequest.statuses.at(-1)?.id ?? 0) + 1,
      author: { id, name },
      createdOn: pullRequests.now(),
    };
    pullRequest.statuses.push(created);
    return ok(statusBody(created, pullRequest, request));
  };
  const remove = (request: ServiceRequest): Reply => {
    const pullRequest = read(request);
    access.requireContribution(request);
    pullRequest.statuses.splice(pullRequest.statuses.indexOf(statusOf(pullRequest, request)), 1);
    return { status: 204 };
  };
  return [
    {
      ...{ method: "GET", path: `${git}/repositories`, source: repositories },
      query: ["includeLinks", "includeAllUrls", "includeHidden"],
      handle: listRepositories,
    },
    {
      ...{ method: "GET", path: `${git}/repositories/{repository}`, source: repositories },
      query: ["includeParent"],
      handle: repository,
    },
    {
      ...{ method: "GET", path: `${git}/pullRequests`, source: pullRequestsDocs },
      query: listQuery,
      handle: list,
    },
    {
      ...{ method: "GET", path: `${git}/repositories/{repository}/pullRequests`, source: pullRequestsDocs },
      query: listQuery,
      handle: list,
    },
    { method: "GET", path: `${git}/pullRequests/{pullRequest}`, source: pullRequestsDocs, handle: get },
    { method: "GET", path: one, source: pullRequestsDocs, handle: get },
    { method: "GET", path: `${one}/statuses`, source: statusesDocs, handle: statuses },
    { method: "POST", path: `${one}/statuses`, source: statusesDocs, handle: create },
    { method: "GET", path: `${one}/statuses/{status}`, source: statusesDocs, handle: status },
    { method: "DELETE", path: `${one}/statuses/{status}`, source: statusesDocs, handle: remove },
  ];
}

function statusOf(pullRequest: PullRequest, request: ServiceRequest): PullRequestStatus {
  const id = Number(request.parameter("status"));
  return (
    pullRequest.statuses.find((status) => status.id === id) ??
    refuse(404, "GitPullRequestStatusNotFoundException", `The pull request status ${id} does not exist.`)
  );
}

function readStatus(
  request: ServiceRequest,
): Pick<PullRequestStatus, "state" | "description" | "context" | "targetUrl" | "iterationId"> {
  const { state, description, context, targetUrl, iterationId } = request.json();
  const named =
    typeof state === "number" ? statusStates[state] : statusStates.find((known) => known === state);
  if (!named) return invalid(`its state is ${JSON.stringify(state)}`);
  if (!isJsonObject(context) || typeof context.name !== "string" || context.name === "") {
    return invalid("its context has no name");
  }
  return {
    state: named,
    description: typeof description === "string" ? description : "",
    context: { name: context.name, genre: typeof context.genre === "string" ? context.genre : null },
    targetUrl: typeof targetUrl === "string" ? targetUrl : null,
    iterationId: typeof iterationId === "number" ? iterationId : null,
  };
}

function invalid(reason: string): never {
  refuse(400, "InvalidArgumentValueException", `The pull request status is not valid: ${reason}.`);
}
