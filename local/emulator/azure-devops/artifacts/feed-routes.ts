import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import type { DevopsPermission } from "../config.ts";
import { collection, refuse } from "../dialect.ts";
import { type Enumeration, EnumerationValue } from "../enumeration.ts";
import { projectId, projectOf } from "../urls.ts";
import type { Feed, FeedView } from "./feed.ts";
import { type AllFeeds, viewOf } from "./feeds.ts";

const feedsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/artifacts/feed-management?view=azure-devops-rest-7.1";
const viewTypes = { 0: "none", 1: "release", 2: "implicit" };
const roles: Enumeration = {
  1: "none",
  2: "reader",
  3: "contributor",
  4: "administrator",
  5: "collaborator",
};
/** What each role may do that those below it may not. */
const roleNeeds: readonly (readonly [role: string, needed: DevopsPermission | undefined])[] = [
  ["reader", "readPackages"],
  ["collaborator", "readPackages"],
  ["contributor", "addPackage"],
  ["administrator", "administerFeed"],
];
const base = "/{organisation}/{project?}/_apis/packaging/feeds";

/** Azure Artifacts' REST API of feeds and their views. */
export function feedRoutes(feeds: AllFeeds, access: Access): Route[] {
  const feedOf = (request: ServiceRequest) =>
    feeds.of(request).get(request.parameter("feed"), projectOf(request));
  const list = (request: ServiceRequest): Reply => {
    const { permissions } = access.require(request, "readPackages");
    if (!hasRole(request, permissions)) return collection([]);
    return collection(
      feeds
        .of(request)
        .list(projectOf(request))
        .map((feed) => feedBody(feed, request)),
    );
  };
  const create = (request: ServiceRequest): Reply => {
    access.require(request, "administerFeed");
    const { name, description } = request.json();
    if (typeof name !== "string" || !/^[^\s|?/\\:&$*"[\]<>@]{1,64}$/.test(name)) {
      refuse(400, "InvalidFeedNameException", `The feed name '${String(name)}' is not valid.`);
    }
    const about = typeof description === "string" ? description : undefined;
    const feed = feeds.of(request).create(name, projectOf(request), about);
    return { status: 201, body: feedBody(feed, request) };
  };
  const get = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    return ok(feedBody(feedOf(request), request));
  };
  const views = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    return collection(feedOf(request).views.map(viewBody));
  };
  const view = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    return ok(viewBody(viewOf(feedOf(request), request.parameter("view"))));
  };
  return [
    {
      method: "GET",
      path: base,
      source: feedsDocs,
      query: ["feedRole", "includeDeletedUpstreams", "includeUrls"],
      handle: list,
    },
    { method: "POST", path: base, source: feedsDocs, handle: create },
    {
      method: "GET",
      path: `${base}/{feed}`,
      source: feedsDocs,
      query: ["includeDeletedUpstreams"],
      handle: get,
    },
    { method: "GET", path: `${base}/{feed}/views`, source: feedsDocs, handle: views },
    { method: "GET", path: `${base}/{feed}/views/{view}`, source: feedsDocs, handle: view },
  ];
}

export function viewBody({ id, name }: FeedView) {
  const type = new EnumerationValue(name === "Local" ? "implicit" : "release", viewTypes);
  return { id, name, type, url: null };
}

/** Whether the caller has the role in the feeds that `feedRole` asks for; by default every role will do. */
function hasRole(request: ServiceRequest, permissions: ReadonlySet<DevopsPermission>): boolean {
  const given = request.query.get("feedRole");
  if (!given) return true;
  const role = (roles[Number(given)] ?? given).toLowerCase();
  const [, needed] =
    roleNeeds.find(([name]) => name === role) ??
    refuse(400, "VssPropertyValidationException", `The value '${given}' of feedRole is not valid.`);
  return needed === undefined || permissions.has(needed);
}

function feedBody(feed: Feed, request: ServiceRequest) {
  const scope = [request.parameter("organisation"), feed.project].filter(Boolean).join("/");
  return {
    id: feed.id,
    name: feed.name,
    description: feed.description ?? null,
    fullyQualifiedName: feed.name,
    fullyQualifiedId: feed.id,
    defaultViewId: feed.views[0]?.id,
    ...(request.query.get("includeUrls")?.toLowerCase() === "false"
      ? {}
      : { url: `${request.url.origin}/${scope}/_apis/Packaging/Feeds/${feed.id}` }),
    project: feed.project === undefined ? null : { id: projectId, name: feed.project },
    upstreamEnabled: false,
    upstreamSources: [],
    hideDeletedPackageVersions: true,
    isReadOnly: false,
  };
}
