import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { Access } from "./access.ts";
import { refuse } from "./dialect.ts";
import { type Feed, type FeedPackage, type Feeds, normalizeName } from "./feeds.ts";

const FEEDS =
  "https://learn.microsoft.com/rest/api/azure/devops/artifacts/feed-management?view=azure-devops-rest-7.1";
const PACKAGES =
  "https://learn.microsoft.com/rest/api/azure/devops/artifacts/artifact-details/get-packages?view=azure-devops-rest-7.1";

/** Azure Artifacts' own REST API: feeds and what they hold. */
export function feedRoutes(feeds: Feeds, access: Access): Route[] {
  const feedOf = (request: ServiceRequest) =>
    feeds.get(request.parameter("feed"), request.parameters.project);
  const list = (request: ServiceRequest): Reply => {
    access.require(request, "ReadPackages");
    return collection(feeds.list(request.parameters.project).map((feed) => feedBody(feed, request)));
  };
  const create = (request: ServiceRequest): Reply => {
    access.require(request, "AdministerFeed");
    const { name, description } = request.json();
    if (typeof name !== "string" || !/^[^\s|?/\\:&$*"[\]<>]{1,64}$/.test(name)) {
      refuse(400, "InvalidFeedNameException", `The feed name '${String(name)}' is not valid.`);
    }
    const about = typeof description === "string" ? description : undefined;
    const feed = feeds.create(name, request.parameters.project, about);
    return { status: 201, body: feedBody(feed, request) };
  };
  const get = (request: ServiceRequest): Reply => {
    access.require(request, "ReadPackages");
    return ok(feedBody(feedOf(request), request));
  };
  const packages = (request: ServiceRequest): Reply => {
    access.require(request, "ReadPackages");
    const protocol = request.query.get("protocolType")?.toLowerCase();
    const wanted = normalizeName(request.query.get("packageNameQuery") ?? "");
    const found = [...feedOf(request).packages.values()].filter(
      (item) =>
        (protocol === undefined || protocol === item.protocol.toLowerCase()) &&
        item.normalizedName.includes(wanted),
    );
    return collection(found.map(packageBody));
  };
  return ["/{organisation}", "/{organisation}/{project}"].flatMap((scope): Route[] => {
    const base = `${scope}/_apis/packaging/feeds`;
    return [
      { method: "GET", path: base, source: FEEDS, handle: list },
      { method: "POST", path: base, source: FEEDS, handle: create },
      { method: "GET", path: `${base}/{feed}`, source: FEEDS, handle: get },
      { method: "GET", path: `${base}/{feed}/packages`, source: PACKAGES, handle: packages },
    ];
  });
}

function collection(value: unknown[]): Reply {
  return ok({ count: value.length, value });
}

function feedBody(feed: Feed, request: ServiceRequest) {
  const scope = [request.parameter("organisation"), feed.project].filter(Boolean).join("/");
  return {
    id: feed.id,
    name: feed.name,
    description: feed.description ?? null,
    fullyQualifiedName: feed.name,
    fullyQualifiedId: feed.id,
    url: `${request.url.origin}/${scope}/_apis/Packaging/Feeds/${feed.id}`,
    project: feed.project === undefined ? null : { name: feed.project },
    upstreamEnabled: false,
    upstreamSources: [],
    hideDeletedPackageVersions: true,
    isReadOnly: false,
  };
}

function packageBody(item: FeedPackage) {
  const versions = [...item.versions.values()].reverse();
  return {
    id: item.id,
    name: item.name,
    normalizedName: item.normalizedName,
    protocolType: item.protocol,
    versions: versions.map((version, index) => ({
      id: version.id,
      version: version.version,
      normalizedVersion: version.version,
      isLatest: index === 0,
      isListed: true,
      publishDate: version.publishedOn,
    })),
  };
}
