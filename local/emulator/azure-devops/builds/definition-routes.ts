import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { continuedPage, refuse } from "../dialect.ts";
import { EnumerationValue, enumerationFilter } from "../enumeration.ts";
import type { Project, Projects } from "../projects.ts";
import type { Build } from "./build.ts";
import { buildBody } from "./build-routes.ts";
import type { Builds } from "./builds.ts";

const docs = "https://learn.microsoft.com/rest/api/azure/devops/build/definitions";
const version = "?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/build/definitions";
const orders = {
  ...{ 0: "none", 1: "lastModifiedAscending", 2: "lastModifiedDescending" },
  ...{ 3: "definitionNameAscending", 4: "definitionNameDescending" },
};
const listQuery = [
  ...["name", "definitionIds", "path", "repositoryId", "repositoryType", "builtAfter", "notBuiltAfter"],
  ...["queryOrder", "$top", "continuationToken", "includeLatestBuilds"],
];

/** A pipeline, which is known by its runs: they are newest first, and there is at least one. */
interface Definition {
  id: number;
  name: string;
  runs: Build[];
}

/** The pipelines whose runs the organisation has. */
export function definitionRoutes(builds: Builds, projects: Projects, access: Access): Route[] {
  const definitionsOf = (project: Project): Definition[] => {
    const found = new Map<number, Definition>();
    for (const build of builds.list().filter((each) => each.project === project)) {
      const { id, name } = build.definition;
      const known = found.get(id) ?? { id, name, runs: [] };
      known.runs.push(build);
      found.set(id, known);
    }
    return [...found.values()];
  };
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    const found = definitionsOf(projects.of(request)).filter(filterOf(request));
    return continuedPage(sorted(found, request), request, (each) => definitionBody(each, request));
  };
  const get = (request: ServiceRequest): Reply => {
    access.identify(request);
    const id = request.parameter("definition");
    const found = definitionsOf(projects.of(request)).find((each) => String(each.id) === id);
    if (!found) {
      const message = `TF215016: The build definition ${id} does not exist. Specify a valid build definition and try again.`;
      refuse(404, "DefinitionNotFoundException", message);
    }
    return ok({
      ...definitionBody(found, request),
      repository: found.runs[0]?.repository,
      process: { type: 2 },
      tags: [],
    });
  };
  return [
    { method: "GET", path: base, source: `${docs}/list${version}`, query: listQuery, handle: list },
    {
      ...{ method: "GET", path: `${base}/{definition}`, source: `${docs}/get${version}` },
      query: ["includeLatestBuilds"],
      handle: get,
    },
  ];
}

function filterOf({ query }: ServiceRequest): (definition: Definition) => boolean {
  const name = query.get("name")?.toLowerCase();
  const ids = query.get("definitionIds")?.split(",").filter(Boolean);
  const folder = query.get("path") || "\\";
  const [repositoryId, repositoryType] = [query.get("repositoryId"), query.get("repositoryType")];
  const [after, notAfter] = ["builtAfter", "notBuiltAfter"].map((parameter) => timeIn(query, parameter));
  return ({ id, name: own, runs: [last] }) =>
    last !== undefined &&
    (!name ||
      (name.endsWith("*") ? own.toLowerCase().startsWith(name.slice(0, -1)) : own.toLowerCase() === name)) &&
    (!ids || ids.includes(String(id))) &&
    // Each pipeline is in the root folder.
    folder === "\\" &&
    (!repositoryId || last.repository.id === repositoryId) &&
    (!repositoryType || last.repository.type.toLowerCase() === repositoryType.toLowerCase()) &&
    (after === undefined || Date.parse(last.queuedOn) > after) &&
    (notAfter === undefined || Date.parse(last.queuedOn) <= notAfter);
}

function timeIn(query: URLSearchParams, parameter: string): number | undefined {
  const given = query.get(parameter);
  if (!given) return undefined;
  const ms = Date.parse(given);
  if (!Number.isNaN(ms)) return ms;
  refuse(400, "VssPropertyValidationException", `The value '${given}' of ${parameter} is not a time.`);
}

/** By name by default. A pipeline was last modified when its first run was queued, as nothing else is known of it. */
function sorted(definitions: readonly Definition[], { query }: ServiceRequest): Definition[] {
  const isWanted = enumerationFilter(
    "queryOrder",
    query.get("queryOrder") || "definitionNameAscending",
    orders,
  );
  const byTime = isWanted?.("lastModifiedAscending") || isWanted?.("lastModifiedDescending");
  const key = (each: Definition) => (byTime ? createdOn(each) : each.name.toLowerCase());
  const ordered = [...definitions].sort((left, right) => (key(left) < key(right) ? -1 : 1));
  const isDescending = isWanted?.("lastModifiedDescending") || isWanted?.("definitionNameDescending");
  return isDescending ? ordered.reverse() : ordered;
}

const createdOn = ({ runs }: Definition) => runs.at(-1)?.queuedOn ?? "";

function definitionBody(definition: Definition, request: ServiceRequest) {
  const { id, name, runs } = definition;
  const [last] = runs;
  const project = last?.project;
  const organisation = `${request.url.origin}/${request.parameter("organisation")}`;
  const url = `${organisation}/${project?.id}/_apis/build/Definitions/${id}?revision=1`;
  const latest = request.query.get("includeLatestBuilds")?.toLowerCase() === "true";
  const completed = runs.find(({ status }) => status === "completed");
  return {
    ...{ id, name, path: "\\", revision: 1, createdDate: createdOn(definition), project, url },
    uri: `vstfs:///Build/Definition/${id}`,
    type: new EnumerationValue("build", { 1: "xaml", 2: "build" }),
    quality: new EnumerationValue("definition", { 1: "definition", 2: "draft" }),
    queueStatus: new EnumerationValue("enabled", { 0: "enabled", 1: "paused", 2: "disabled" }),
    ...(latest && last ? { latestBuild: buildBody(last, request) } : {}),
    ...(latest && completed ? { latestCompletedBuild: buildBody(completed, request) } : {}),
    _links: {
      self: { href: url },
      web: { href: `${organisation}/${project?.id}/_build/definition?definitionId=${id}` },
    },
  };
}
