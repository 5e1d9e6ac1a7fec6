import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { Access } from "./access.ts";
import { collection, continuedPage, pageOf } from "./dialect.ts";
import { EnumerationValue, enumerationFilter } from "./enumeration.ts";
import { guidOf } from "./guid.ts";
import { identityRef } from "./identity.ts";
import { type Project, type Projects, projectStates } from "./projects.ts";

const docs = "https://learn.microsoft.com/rest/api/azure/devops/core/projects";
const version = "?view=azure-devops-rest-7.1";
const profileDocs = "https://learn.microsoft.com/rest/api/azure/devops/profile/profiles/get";
const base = "/{organisation}/_apis/projects";
const visibilities = { 0: "private", 1: "organization", 2: "public" };

/** The projects of the organisation, and the profile of the caller. `createdOn` is the time from which the projects exist. */
export function projectRoutes(projects: Projects, access: Access, createdOn: string): Route[] {
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    const state = enumerationFilter(
      "stateFilter",
      request.query.get("stateFilter") || "wellFormed",
      projectStates,
    );
    const found = state?.("wellFormed") ? projects.list() : [];
    if (request.query.get("$skip"))
      return collection(pageOf(found, request).map((project) => projectBody(project, createdOn, request)));
    return continuedPage(found, request, (project) => projectBody(project, createdOn, request));
  };
  const get = (request: ServiceRequest): Reply => {
    access.identify(request);
    const project = projects.of(request);
    const hasCapabilities = request.query.get("includeCapabilities")?.toLowerCase() === "true";
    return ok({
      ...projectBody(project, createdOn, request),
      ...(hasCapabilities ? { capabilities } : {}),
      defaultTeam: { id: guidOf(`team ${project.id}`), name: `${project.name} Team` },
    });
  };
  const properties = (request: ServiceRequest): Reply => {
    access.identify(request);
    projects.of(request);
    const keys = request.query.get("keys")?.toLowerCase().split(",").filter(Boolean);
    const found = Object.entries(projectProperties).filter(([name]) => !keys || matches(name, keys));
    return collection(found.map(([name, value]) => ({ name, value })));
  };
  const profile = (request: ServiceRequest): Reply => {
    const { id, name } = access.identify(request);
    const { uniqueName } = identityRef(name);
    return ok({
      ...{ id, publicAlias: id, displayName: name, emailAddress: uniqueName },
      ...{ coreRevision: 1, revision: 1, timeStamp: createdOn },
    });
  };
  return [
    {
      ...{ method: "GET", path: base, source: `${docs}/list${version}` },
      query: ["stateFilter", "$top", "$skip", "continuationToken", "getDefaultTeamImageUrl"],
      handle: list,
    },
    {
      ...{ method: "GET", path: `${base}/{project}`, source: `${docs}/get${version}` },
      query: ["includeCapabilities", "includeHistory"],
      handle: get,
    },
    {
      ...{ method: "GET", path: `${base}/{project}/properties` },
      source: `${docs}/get-project-properties${version}`,
      query: ["keys"],
      handle: properties,
    },
    // Of the caller alone: the details and attributes that other parameters ask for are not here.
    {
      method: "GET",
      path: "/{organisation}/_apis/profile/profiles/{id=me}",
      source: profileDocs,
      handle: profile,
    },
  ];
}

const capabilities = {
  versioncontrol: { sourceControlType: "Git", gitEnabled: "True", tfvcEnabled: "False" },
  processTemplate: { templateName: "Basic" },
};

const projectProperties = {
  "System.SourceControlGitEnabled": "True",
  "System.Process Template": "Basic",
};

/** A key names a property. `*` stands for any text in it, `?` for a character. */
function matches(name: string, keys: readonly string[]): boolean {
  const patterns = keys.map((key) => key.replace(/[.+^${}()|[\]\\]/g, "\\$&"));
  return patterns.some((pattern) =>
    new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(name),
  );
}

function projectBody({ id, name }: Project, lastUpdateTime: string, request: ServiceRequest) {
  const collectionUrl = `${request.url.origin}/${request.parameter("organisation")}`;
  const url = `${collectionUrl}/_apis/projects/${id}`;
  return {
    ...{ id, name, url, revision: 1, lastUpdateTime },
    state: new EnumerationValue("wellFormed", projectStates),
    visibility: new EnumerationValue("private", visibilities),
    _links: { self: { href: url }, web: { href: `${collectionUrl}/${encodeURIComponent(name)}` } },
  };
}
