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
    const normalizedName = query.get("normalizedPackageName");
    const latestAlone = query.get("includeAllVersions")?.toLowerCase() !== "true";
    const found = feed.packages
      .filter((item) => protocol === undefined || protocol === item.protocol.toLowerCase())
      .filter((item) => isNamedLike(item, nameQuery))
      .filter((item) => !normalizedName || item.normalizedName === normalizedName)
      .map((item) => packageBody(feed, item, listedVersions(item, view, request), latestAlone))
      .filter(({ versions }) => versions.length > 0);
    return collection(pageOf(found, request));
  };
  const get = (request: ServiceRequest): Reply => {
    const { feed, view } = open(request);
    const item = packageOf(feed, request);
    const latestAlone = request.query.get("includeAllVersions")?.toLowerCase() !== "true";
    return ok(packageBody(feed, item, listedVersions(item, view, request), latestAlone));
  };
  const versions = (request: ServiceRequest): Reply => {
    const { feed, view } = open(request);
    const item = packageOf(feed, request);
    const deleted = request.query.get("isDeleted")?.toLowerCase();
    const isListed = request.query.get("isListed")?.toLowerCase() !== "false";
    const found = versionsIn(item, view, true).filter(
      ({ deletedOn }) => isListed && (deleted === undefined || String(deletedOn !== undefined) === deleted),
    );
    return collection(versionBodies(feed, found));
  };
  const version = (request: ServiceRequest): Reply => {
    const { feed, view } = open(request);
    const item = packageOf(feed, request);
    const wanted = request.parameter("version").toLowerCase();
    const all = versionsIn(item, view, true);
    const index = all.findIndex(({ id, version: number }) => [id, number.toLowerCase()].includes(wanted));
    const body = versionBodies(feed, all)[index];
    if (body) return ok(body);
    const message = `The package version '${wanted}' of the package '${item.name}' was not found.`;
    return refuse(404, "PackageVersionNotFoundException", message);
  };
  // Every version is listed and has its description, and a body has no address, so these parameters change nothing.
  const shared = ["includeAllVersions", "includeDeleted", "includeDescription", "includeUrls", "isListed"];
  const ofList = ["protocolType", "packageNameQuery", "normalizedPackageName", "isRelease", "$top", "$skip"];
  const ofVersions = ["isDeleted", "isListed", "includeUrls"];
  const one = `${base}/{package}`;
  return [
    { method: "GET", path: base, source: packages, query: [...shared, ...ofList], handle: list },
    { method: "GET", path: one, source: packages, query: [...shared, "isRelease"], handle: get },
    { method: "GET", path: `${one}/versions`, source: packages, query: ofVersions, handle: versions },
    {
      method: "GET",
      path: `${one}/versions/{version}`,
      source: packages,
      query: ofVersions,
      handle: version,
    },
  ];
}

/** The versions of a package that the query does not leave out. A version here is always listed. */
function listedVersions(item: FeedPackage, view: FeedView, { query }: ServiceRequest): PackageVersion[] {
  const [listed, release, deleted] = ["isListed", "isRelease", "includeDeleted"].map((name) =>
    query.get(name)?.toLowerCase(),
  );
  if (listed === "false") return [];
  const found = versionsIn(item, view, deleted === "true");
  return release === undefined
    ? found
    : found.filter(({ version }) => String(!isPrerelease(item, version)) === release);
}

/** PEP 440's a, b, rc and dev releases, and what SemVer has after a dash. */
function isPrerelease({ protocol }: FeedPackage, version: string): boolean {
  return protocol === "PyPI"
    ? /\d[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)/i.test(version)
    : version.includes("-");
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
