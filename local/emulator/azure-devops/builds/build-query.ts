import type { ServiceRequest } from "../../http/request.ts";
import { refuse } from "../dialect.ts";
import { flagFilter } from "../enumeration.ts";
import { identityRef } from "../identity.ts";
import type { Project } from "../projects.ts";
import type { Build } from "./build.ts";
import type { Builds } from "./builds.ts";

export const statuses = {
  1: "inProgress",
  2: "completed",
  4: "cancelling",
  8: "postponed",
  32: "notStarted",
};
export const results = { 2: "succeeded", 4: "partiallySucceeded", 8: "failed", 32: "canceled" };
export const reasons = {
  ...{
    1: "manual",
    2: "individualCI",
    4: "batchedCI",
    8: "schedule",
    16: "scheduleForced",
    32: "userCreated",
  },
  ...{ 64: "validateShelveset", 128: "checkInShelveset", 256: "pullRequest", 512: "buildCompletion" },
  1024: "resourceTrigger",
};
/** The reasons of `triggered`, which is one name for several. */
const triggered = 1967;
const queryOrders = {
  ...{ 2: "finishTimeAscending", 3: "finishTimeDescending", 4: "queueTimeDescending" },
  ...{ 5: "queueTimeAscending", 6: "startTimeDescending", 7: "startTimeAscending" },
};
const deletedOptions = { 0: "excludeDeleted", 1: "includeDeleted", 2: "onlyDeleted" };

const defaultPage = 1000;
/** The service may give fewer than `$top` asks for (https://jessehouwing.net/azure-devops-accessing-apis-with-large-volumes-of-data). */
const largestPage = 5000;

interface Order {
  /** The time by which builds are sorted, and which minTime and maxTime limit; "" for a build that has none yet. */
  timeOf(build: Build): string;
  isAscending: boolean;
}

/** What the list can be asked for. `queues` and `properties`, which the local builds do not have, are not among them. */
export const buildQuery = [
  ...[
    "definitions",
    "buildIds",
    "buildNumber",
    "branchName",
    "requestedFor",
    "repositoryId",
    "repositoryType",
  ],
  ...["minTime", "maxTime", "statusFilter", "resultFilter", "reasonFilter", "deletedFilter", "tagFilters"],
  ...["queryOrder", "$top", "continuationToken", "maxBuildsPerDefinition"],
];

/** A page of the builds of a project, and the token of the next page if there is one. */
export function queryBuilds(
  builds: Builds,
  project: Project,
  request: ServiceRequest,
): { page: Build[]; continuationToken?: string } {
  const order = orderOf(request);
  const fits = filterOf(request, order);
  const found = [...builds.tagged(listed(request, "tagFilters") ?? [])].filter(
    (build) => build.project === project && fits(build),
  );
  const sign = order.isAscending ? 1 : -1;
  const compare = (left: Position, right: Position) =>
    sign * (left.time < right.time ? -1 : left.time > right.time ? 1 : left.id - right.id);
  const sorted = found.map((build) => ({ build, id: build.id, time: order.timeOf(build) })).sort(compare);
  const limited = withinDefinitions(sorted, wholeNumber(request, "maxBuildsPerDefinition"));
  const from = startOf(request);
  const rest = from ? limited.filter((item) => compare(item, from) >= 0) : limited;
  const top = Math.min(wholeNumber(request, "$top") ?? defaultPage, largestPage);
  const next = rest[top];
  return {
    page: rest.slice(0, top).map(({ build }) => build),
    ...(next ? { continuationToken: `${next.time},${next.id}` } : {}),
  };
}

/** Where a build is in a sorted list. */
interface Position {
  time: string;
  id: number;
}

/**
 * The service sorts by descending finish time unless it is asked for another order, with unfinished builds at the end
 * (https://github.com/burcusipahioglu/azure-devops-mcp-onprem/issues/3).
 */
function orderOf(request: ServiceRequest): Order {
  const given = nameOf(request, "queryOrder", queryOrders) ?? "finishTimeDescending";
  const times = {
    finish: ({ finishedOn }: Build) => finishedOn ?? "",
    start: ({ startedOn }: Build) => startedOn,
    queue: ({ queuedOn }: Build) => queuedOn,
  };
  const [, time] = /^(finish|start|queue)/.exec(given) ?? [];
  return { timeOf: times[time as keyof typeof times], isAscending: given.endsWith("Ascending") };
}

/**
 * The first build of the page that a token stands for. A token of the service is the time of that build
 * (https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/178); here its id follows, since the clock of the workspace is coarser.
 */
function startOf(request: ServiceRequest): Position | undefined {
  const token = request.query.get("continuationToken");
  if (!token) return undefined;
  const [, time, id] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z|),(\d+)$/.exec(token) ?? [];
  if (time !== undefined) return { time, id: Number(id) };
  refuse(400, "InvalidContinuationTokenException", `The continuation token '${token}' is not valid.`);
}

/** The filters of the list; each that is given must fit. */
function filterOf(request: ServiceRequest, { timeOf }: Order): (build: Build) => boolean {
  const { query } = request;
  const [definitions, ids] = [listed(request, "definitions"), listed(request, "buildIds")];
  const [number, branch, requestedFor] = ["buildNumber", "branchName", "requestedFor"].map((name) =>
    query.get(name),
  );
  const [repositoryId, repositoryType] = [query.get("repositoryId"), query.get("repositoryType")];
  const [minTime, maxTime] = [timeIn(request, "minTime"), timeIn(request, "maxTime")];
  const status = flagFilter("statusFilter", query.get("statusFilter"), statuses);
  const result = flagFilter("resultFilter", query.get("resultFilter"), results);
  const reason = flagFilter(
    "reasonFilter",
    query.get("reasonFilter")?.replace(/\btriggered\b/gi, String(triggered)) ?? null,
    reasons,
  );
  const deleted = nameOf(request, "deletedFilter", deletedOptions) ?? "excludeDeleted";
  return (build) =>
    (deleted === "includeDeleted" || (build.deletedOn !== undefined) === (deleted === "onlyDeleted")) &&
    (!definitions || definitions.includes(String(build.definition.id))) &&
    (!ids || ids.includes(String(build.id))) &&
    (!number || fits(number, build.number)) &&
    (!branch || branch === build.sourceBranch) &&
    (!requestedFor || isPerson(requestedFor, build.requestedFor)) &&
    (!repositoryId || repositoryId === build.repository.id) &&
    (!repositoryType || repositoryType.toLowerCase() === build.repository.type.toLowerCase()) &&
    (minTime === undefined || (timeOf(build) !== "" && timeOf(build) >= minTime)) &&
    (maxTime === undefined || (timeOf(build) !== "" && timeOf(build) <= maxTime)) &&
    (!status || status(build.status)) &&
    (!reason || reason(build.reason)) &&
    (!result || (build.result !== undefined && result(build.result)));
}

/** The first builds of each definition, at most this many. */
function withinDefinitions<T extends { build: Build }>(
  sorted: readonly T[],
  most: number | undefined,
): readonly T[] {
  if (most === undefined) return sorted;
  const counts = new Map<number, number>();
  return sorted.filter(({ build }) => {
    const count = (counts.get(build.definition.id) ?? 0) + 1;
    counts.set(build.definition.id, count);
    return count <= most;
  });
}

const listed = (request: ServiceRequest, name: string) => request.query.get(name)?.split(",").filter(Boolean);

/** `text*` finds what begins so. */
function fits(pattern: string, number: string): boolean {
  return pattern.endsWith("*") ? number.startsWith(pattern.slice(0, -1)) : number === pattern;
}

function isPerson(given: string, name: string): boolean {
  return Object.values(identityRef(name)).some((value) => value.toLowerCase() === given.toLowerCase());
}

/** One of the names of an enumeration, given by name or number. */
function nameOf(
  request: ServiceRequest,
  parameter: string,
  names: Readonly<Record<number, string>>,
): string | undefined {
  const given = request.query.get(parameter);
  if (!given) return undefined;
  const name = names[Number(given)] ?? given;
  return (
    Object.values(names).find((known) => known.toLowerCase() === name.toLowerCase()) ??
    invalid(`The value '${given}' of ${parameter} is not valid.`)
  );
}

function wholeNumber(request: ServiceRequest, parameter: string): number | undefined {
  const given = request.query.get(parameter);
  if (!given) return undefined;
  return /^\d+$/.test(given)
    ? Number(given)
    : invalid(`The value '${given}' of ${parameter} is not a whole number.`);
}

/** ISO 8601 in UTC, which sorts as text. */
function timeIn(request: ServiceRequest, parameter: string): string | undefined {
  const given = request.query.get(parameter);
  if (!given) return undefined;
  const ms = Date.parse(given);
  return Number.isNaN(ms)
    ? invalid(`The value '${given}' of ${parameter} is not a time.`)
    : new Date(ms).toISOString();
}

function invalid(message: string): never {
  refuse(400, "VssPropertyValidationException", message);
}
