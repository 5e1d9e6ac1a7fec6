import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { collection, refuse } from "../dialect.ts";
import { EnumerationValue } from "../enumeration.ts";
import { identityRef } from "../identity.ts";
import type { Projects } from "../projects.ts";
import type { Build } from "./build.ts";
import { buildQuery, queryBuilds, reasons, results, statuses } from "./build-query.ts";
import type { Builds } from "./builds.ts";

const buildsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/build/builds?view=azure-devops-rest-7.1";
const tagsDocs = "https://learn.microsoft.com/rest/api/azure/devops/build/tags?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/build/builds";

/** Pipeline runs, and the tags by which they are found. */
export function buildRoutes(builds: Builds, projects: Projects, access: Access): Route[] {
  const read = (request: ServiceRequest): Build => {
    access.identify(request);
    return builds.get(request.parameter("build"), projects.of(request));
  };
  const change = (request: ServiceRequest): Build => {
    access.requireOfProject(request, "updateBuildInformation");
    return read(request);
  };
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    const { page, continuationToken } = queryBuilds(builds, projects.of(request), request);
    const reply = collection(page.map((build) => buildBody(build, request)));
    return continuationToken === undefined
      ? reply
      : { ...reply, headers: { "x-ms-continuationtoken": continuationToken } };
  };
  const tags = (request: ServiceRequest): Reply => tagsBody(read(request));
  const addTag = (request: ServiceRequest): Reply => {
    const build = change(request);
    builds.addTag(build, tagOf(request.parameter("tag")));
    return tagsBody(build);
  };
  const addTags = (request: ServiceRequest): Reply => {
    const build = change(request);
    for (const tag of request.jsonArray((value) => typeof value === "string"))
      builds.addTag(build, tagOf(tag));
    return tagsBody(build);
  };
  const removeTag = (request: ServiceRequest): Reply => {
    const build = change(request);
    builds.removeTag(build, tagOf(request.parameter("tag")));
    return tagsBody(build);
  };
  return [
    { method: "GET", path: base, source: buildsDocs, query: buildQuery, handle: list },
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

export function buildBody(build: Build, request: ServiceRequest) {
  const { id, number, definition, status, result, sourceBranch, sourceVersion, reason, repository } = build;
  const { project, finishedOn, deletedOn } = build;
  const collectionUrl = `${request.url.origin}/${request.parameter("organisation")}`;
  const self = `${collectionUrl}/${project.id}/_apis/build/Builds/${id}`;
  const person = identityRef(build.requestedFor);
  return {
    ...{ id, buildNumber: number, status: new EnumerationValue(status, statuses) },
    ...(result ? { result: new EnumerationValue(result, results) } : {}),
    reason: new EnumerationValue(reason, reasons),
    ...{ sourceBranch, sourceVersion, repository, tags: [...build.tags] },
    ...{ queueTime: build.queuedOn, startTime: build.startedOn },
    ...(finishedOn ? { finishTime: finishedOn } : {}),
    ...(deletedOn ? { deleted: true, deletedDate: deletedOn } : {}),
    ...{ requestedFor: person, requestedBy: person },
    definition: { ...definition, project },
    project,
    orchestrationPlan: { planId: build.planId },
    uri: buildUri(build),
    url: self,
    _links: {
      self: { href: self },
      web: { href: `${collectionUrl}/${project.id}/_build/results?buildId=${id}` },
    },
  };
}
