import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { collection, refuse } from "../dialect.ts";
import { projectId, projectOf } from "../urls.ts";
import type { Feed, FeedView } from "./feed.ts";
import { type AllFeeds, viewOf } from "./feeds.ts";

const feedsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/artifacts/feed-management?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project?}/_apis/packaging/feeds";

/** Azure Artifacts' REST API of feeds and their views. */
export function feedRoutes(feeds: AllFeeds, access: Access): Route[] {
  const feedOf = (request: ServiceRequest) =>
    feeds.of(request).get(request.parameter("feed"), projectOf(request));
  const list = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
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
    { method: "GET", path: base, source: feedsDocs, handle: list },
    { method: "POST", path: base, source: feedsDocs, handle: create },
    { method: "GET", path: `${base}/{feed}`, source: feedsDocs, handle: get },
    { method: "GET", path: `${base}/{feed}/views`, source: feedsDocs, handle: views },
    { method: "GET", path: `${base}/{feed}/views/{view}`, source: feedsDocs, handle: view },
  ];
}

export function viewBody({ id, name }: FeedView) {
  return { id, name, type: name === "Local" ? "implicit" : "release", url: null };
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
    url: `${request.url.origin}/${scope}/_apis/Packaging/Feeds/${feed.id}`,
    project: feed.project === undefined ? null : { id: projectId, name: feed.project },
    upstreamEnabled: false,
    upstreamSources: [],
    hideDeletedPackageVersions: true,
    isReadOnly: false,
  };
}
