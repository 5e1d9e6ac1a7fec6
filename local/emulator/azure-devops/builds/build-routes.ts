import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { continuedPage, refuse } from "../dialect.ts";
import { enumerationFilter } from "../enumeration.ts";
import { projectId, projectName, projectOf } from "../urls.ts";
import type { Build, Builds } from "./builds.ts";

const buildsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/build/builds?view=azure-devops-rest-7.1";
const tagsDocs = "https://learn.microsoft.com/rest/api/azure/devops/build/tags?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/build/builds";

const statuses = { 1: "inProgress", 2: "completed" };
const results = { 2: "succeeded", 4: "partiallySucceeded", 8: "failed", 32: "canceled" };

/** Pipeline runs, and the tags by which they are found. */
export function buildRoutes(builds: Builds, access: Access): Route[] {
  const read = (request: ServiceRequest): Build => {
    access.identify(request);
    projectOf(request);
    return builds.get(request.parameter("build"));
  };
  const change = (request: ServiceRequest): Build => {
    access.requireOfProject(request, "updateBuildInformation");
    return read(request);
  };
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    const found = builds.list().filter(filterOf(request));
    return continuedPage(found, request, (build) => buildBody(build, request));
  };
  const tags = (request: ServiceRequest): Reply => tagsBody(read(request));
  const addTag = (request: ServiceRequest): Reply => {
    const build = change(request);
    build.tags.add(tagOf(request.parameter("tag")));
    return tagsBody(build);
  };
  const addTags = (request: ServiceRequest): Reply => {
    const build = change(request);
    for (const tag of request.jsonArray((value) => typeof value === "string")) build.tags.add(tagOf(tag));
    return tagsBody(build);
  };
  const removeTag = (request: ServiceRequest): Reply => {
    const build = change(request);
    build.tags.delete(tagOf(request.parameter("tag")));
    return tagsBody(build);
  };
  return [
    { method: "GET", path: base, source: buildsDocs, handle: list },
    {
      method: "GET",
      path: `${base}/{build}`,
      source: buildsDocs,
      handle: (request) => ok(buildBody(read(request), request)),
    },
    { method: "GET", path: `${base}/{build}/tags`, source: tagsDocs, handle: tags },
    { method: "POST", path: `${base}/{build}/tags`, source: tagsDocs, handle: addTags },
    { method: "PUT", path: `${base}/{build}/tags/{tag*}`, source: tagsDocs, handle: addTag },
    { method: "DELETE", path: `${base}/{build}/tags/{tag*}`, source: tagsDocs, handle: removeTag },
  ];
}

/** The filters of the list that clients of a gate and of a history use; each that is given must fit. */
function filterOf(request: ServiceRequest): (build: Build) => boolean {
  const listed = (name: string) => request.query.get(name)?.split(",").filter(Boolean);
  const [definitions, tags, ids] = [listed("definitions"), listed("tagFilters"), listed("buildIds")];
  const [number, branch] = [request.query.get("buildNumber"), request.query.get("branchName")];
  const status = enumerationFilter(request.query.get("statusFilter"), statuses);
  const result = enumerationFilter(request.query.get("resultFilter"), results);
  return (build) =>
    (!definitions || definitions.includes(String(build.definition.id))) &&
    (!ids || ids.includes(String(build.id))) &&
    (tags ?? []).every((tag) => build.tags.has(tag)) &&
    (!number || fits(number, build.number)) &&
    (!branch || branch === build.sourceBranch) &&
    (!status || status(build.status)) &&
    (!result || (build.result !== undefined && result(build.result)));
}

/** `text*` finds what begins so. */
function fits(pattern: string, number: string): boolean {
  return pattern.endsWith("*") ? number.startsWith(pattern.slice(0, -1)) : number === pattern;
}

/** ASP.NET refuses these characters in a path, and builds are found by tag in a query. */
function tagOf(tag: string): string {
  const [dangerous] = /[<>*%&:\\?]/.exec(tag) ?? [];
  if (dangerous === undefined && tag !== "") return tag;
  refuse(
    400,
    "HttpException",
    `A potentially dangerous Request.Path value was detected from the client (${dangerous ?? ""}).`,
  );
}

function tagsBody({ tags }: Build): Reply {
  return ok({ count: tags.size, value: [...tags] });
}

export function buildUri({ id }: Pick<Build, "id">): string {
  return `vstfs:///Build/Build/${id}`;
}

function buildBody(build: Build, request: ServiceRequest) {
  const { id, number, definition, status, result, sourceBranch, sourceVersion, reason, repository } = build;
  const collection = `${request.url.origin}/${request.parameter("organisation")}`;
  const self = `${collection}/${projectId}/_apis/build/Builds/${id}`;
  return {
    ...{ id, buildNumber: number, status, ...(result ? { result } : {}), reason },
    ...{ sourceBranch, sourceVersion, repository, tags: [...build.tags] },
    queueTime: build.startedOn,
    startTime: build.startedOn,
    ...(build.finishedOn ? { finishTime: build.finishedOn } : {}),
    definition: { ...definition, project: { id: projectId, name: projectName } },
    project: { id: projectId, name: projectName },
    orchestrationPlan: { planId: build.planId },
    uri: buildUri(build),
    url: self,
    _links: {
      self: { href: self },
      web: { href: `${collection}/${projectId}/_build/results?buildId=${id}` },
    },
  };
}
