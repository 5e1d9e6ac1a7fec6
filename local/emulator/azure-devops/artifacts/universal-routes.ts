import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import type { DevopsPermission } from "../config.ts";
import { refuse } from "../dialect.ts";
import { projectOf } from "../urls.ts";
import type { Feed, FeedView, PackageVersion } from "./feed.ts";
import { viewBody } from "./feed-routes.ts";
import { type AllFeeds, viewOf } from "./feeds.ts";
import { findPackage, type Publisher, versionsIn } from "./packages.ts";
import { requireName, requireVersion, wildcard } from "./universal-version.ts";

const sourceDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/artifactspackagetypes/universal?view=azure-devops-rest-7.1";
const base =
  "/{organisation}/{project?}/_apis/packaging/feeds/{feed}/upack/packages/{package}/versions/{version}";

/** The REST API of universal packages: versions, their promotion to a view, and their deletion. */
export function universalRoutes(feeds: AllFeeds, publisher: Publisher, access: Access): Route[] {
  const open = (request: ServiceRequest, permission: DevopsPermission) => {
    access.require(request, permission);
    const { feed, view } = feeds.of(request).getView(request.parameter("feed"), projectOf(request));
    const [name, version] = [request.parameter("package"), request.parameter("version")];
    return { feed, name, version: findUniversal(feed, view, name, version) };
  };
  const get = (request: ServiceRequest): Reply => {
    const { feed, name, version } = open(request, "readPackages");
    return ok(versionBody(feed, name, version));
  };
  const promote = (request: ServiceRequest): Reply => {
    const { feed, version } = open(request, "updatePackage");
    const { views } = request.json() as { views?: { op?: unknown; path?: unknown; value?: unknown } };
    if (views?.op !== "add" || views.path !== "/views/-" || typeof views.value !== "string") {
      refuse(
        400,
        "InvalidUserRequestException",
        'A version is promoted by {"views": {"op": "add", "path": "/views/-", "value": <view>}}.',
      );
    }
    version.views.add(viewOf(feed, views.value).id);
    return { status: 202 };
  };
  const remove = (request: ServiceRequest): Reply => {
    const { feed, name, version } = open(request, "deletePackage");
    publisher.delete(version);
    return { status: 202, body: versionBody(feed, name, version) };
  };
  return [
    { method: "GET", path: base, source: sourceDocs, handle: get },
    { method: "PATCH", path: base, source: sourceDocs, handle: promote },
    { method: "DELETE", path: base, source: sourceDocs, handle: remove },
  ];
}

/** A version by its number, or the highest released one that a wildcard matches. Answers 404 if there is none. */
export function findUniversal(
  feed: Feed,
  view: FeedView,
  name: string,
  versionOrWildcard: string,
): PackageVersion {
  requireName(name);
  const fits = wildcard(versionOrWildcard);
  if (!fits) requireVersion(versionOrWildcard);
  const item = findPackage(feed, "UPack", name);
  const versions = item ? versionsIn(item, view) : [];
  const at = view.name === "Local" ? feed.name : `${feed.name}@${view.name}`;
  return (
    versions.find(({ version }) => (fits ? fits(version) : version === versionOrWildcard)) ??
    refuse(
      404,
      "PackageNotFoundException",
      `Can't find the package '${name} ${versionOrWildcard}' in feed '${at}'.`,
    )
  );
}

function versionBody(feed: Feed, name: string, version: PackageVersion) {
  return {
    id: version.id,
    name,
    version: version.version,
    ...(version.deletedOn === undefined ? {} : { deletedDate: version.deletedOn }),
    views: feed.views.filter(({ id }) => version.views.has(id)).map(viewBody),
  };
}
