import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { collection, pageOf, refuse } from "../dialect.ts";
import { projectOf } from "../urls.ts";
import type { Feed, FeedPackage, FeedView, PackageVersion } from "./feed.ts";
import { viewBody } from "./feed-routes.ts";
import type { AllFeeds } from "./feeds.ts";
import { normalizePythonName, versionsIn } from "./packages.ts";

const packages =
  "https://learn.microsoft.com/rest/api/azure/devops/artifacts/artifact-details?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages";

/** The packages of a feed or of one of its views, of every protocol, and their versions. */
export function packageRoutes(feeds: AllFeeds, access: Access): Route[] {
  const open = (request: ServiceRequest) => {
    access.require(request, "readPackages");
    return feeds.of(request).getView(request.parameter("feed"), projectOf(request));
  };
  const packageOf = (feed: Feed, request: ServiceRequest): FeedPackage => {
    const id = request.parameter("package").toLowerCase();
    return (
      feed.packages.find((item) => item.id === id) ??
      refuse(
        404,
        "PackageNotFoundException",
        `The package with ID '${id}' was not found in feed with ID ${feed.id}.`,
      )
    );
  };
  const list = (request: ServiceRequest): Reply => {
    const { feed, view } = open(request);
    const { query } = request;
    const protocol = query.get("protocolType")?.toLowerCase();
    const nameQuery = query.get("packageNameQuery") ?? "";
    const withDeleted = query.get("includeDeleted")?.toLowerCase() === "true";
    const latestAlone = query.get("includeAllVersions")?.toLowerCase() !== "true";
    const found = feed.packages
      .filter((item) => protocol === undefined || protocol === item.protocol.toLowerCase())
      .filter((item) => isNamedLike(item, nameQuery))
      .map((item) => packageBody(feed, item, versionsIn(item, view, withDeleted), latestAlone))
      .filter(({ versions }) => versions.length > 0);
    return collection(pageOf(found, request));
  };
  const get = (request: ServiceRequest): Reply => {
    const { feed, view } = open(request);
    const item = packageOf(feed, request);
    return ok(packageBody(feed, item, versionsIn(item, view), true));
  };
  const versions = (request: ServiceRequest): Reply => {
    const { feed, view } = open(request);
    const item = packageOf(feed, request);
    const deleted = request.query.get("isDeleted")?.toLowerCase();
    const found = versionsIn(item, view, true).filter(
      ({ deletedOn }) => deleted === undefined || String(deletedOn !== undefined) === deleted,
    );
    return collection(versionBodies(feed, found));
  };
  return [
    { method: "GET", path: base, source: packages, handle: list },
    { method: "GET", path: `${base}/{package}`, source: packages, handle: get },
    { method: "GET", path: `${base}/{package}/versions`, source: packages, handle: versions },
  ];
}

/** The packages whose name contains the query. */
function isNamedLike(item: FeedPackage, nameQuery: string): boolean {
  const part = item.protocol === "PyPI" ? normalizePythonName(nameQuery) : nameQuery.toLowerCase();
  return item.normalizedName.includes(part);
}

function packageBody(feed: Feed, item: FeedPackage, versions: PackageVersion[], latestAlone: boolean) {
  const bodies = versionBodies(feed, versions);
  return {
    id: item.id,
    name: item.name,
    normalizedName: item.normalizedName,
    protocolType: item.protocol,
    versions: latestAlone ? bodies.slice(0, 1) : bodies,
  };
}

/** `versions` has the highest first. */
function versionBodies(feed: Feed, versions: PackageVersion[]) {
  return versions.map((version, index) => ({
    id: version.id,
    version: version.version,
    normalizedVersion: version.version,
    packageDescription: version.description ?? null,
    isLatest: index === 0,
    isListed: true,
    isDeleted: version.deletedOn !== undefined,
    ...(version.deletedOn === undefined ? {} : { deletedDate: version.deletedOn }),
    publishDate: version.publishedOn,
    author: version.publisher,
    views: viewsOf(feed, version).map(viewBody),
  }));
}

function viewsOf(feed: Feed, version: PackageVersion): FeedView[] {
  return feed.views.filter(({ id, name }) => name === "Local" || version.views.has(id));
}
