import { createHash } from "node:crypto";
import { ok, type Reply } from "../../http/reply.ts";
import type { JsonObject, ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { refuse } from "../dialect.ts";
import { projectOf } from "../urls.ts";
import type { FeedFile } from "./feed.ts";
import type { AllFeeds } from "./feeds.ts";
import type { Publisher } from "./packages.ts";
import { findUniversal } from "./universal-routes.ts";
import { requireName, requireVersion } from "./universal-version.ts";

// The protocol between ArtifactTool and Azure Artifacts is not documented: these four routes are the stand-in's own.
const sourceDocs = "https://learn.microsoft.com/azure/devops/artifacts/quickstarts/universal-packages";
const base = "/{organisation}/{project?}/_packaging/{feed}/upack";
const versionPath = `${base}/packages/{package}/versions/{version}`;

/** The routes by which the stand-in for ArtifactTool publishes and downloads files by their SHA-256, and versions that list them. */
export function universalContentRoutes(feeds: AllFeeds, publisher: Publisher, access: Access): Route[] {
  const uploaded = new Map<string, Buffer>();
  const open = (request: ServiceRequest) =>
    feeds.of(request).getView(request.parameter("feed"), projectOf(request));
  const upload = (request: ServiceRequest): Reply => {
    access.require(request, "addPackage");
    open(request);
    const sha256 = createHash("sha256").update(request.body).digest("hex");
    if (sha256 !== request.parameter("sha256")) invalid(`the content has the SHA-256 ${sha256}`);
    uploaded.set(sha256, request.body);
    return { status: 201, body: {} };
  };
  const download = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    open(request);
    const content = uploaded.get(request.parameter("sha256"));
    return content ? ok(content) : refuse(404, "BlobNotFoundException", "There is no such content.");
  };
  const publish = (request: ServiceRequest): Reply => {
    const { name: identity } = access.require(request, "addPackage");
    const { feed, view } = open(request);
    if (view.name !== "Local") invalid("a view takes versions by promotion alone");
    const [name, version] = [request.parameter("package"), request.parameter("version")];
    requireName(name);
    requireVersion(version);
    const { description, files } = request.json();
    const session = feeds.of(request).session(request.parameter("feed"), projectOf(request));
    const publication = {
      ...(session ? { provenance: session.provenance } : {}),
      ...{ protocol: "UPack" as const, name, version, publisher: identity },
      ...(typeof description === "string" && description !== "" ? { description } : {}),
    };
    const content = (Array.isArray(files) ? files : []).map((file: JsonObject) => readFile(file, uploaded));
    if (content.length === 0) invalid("it has no files");
    const published = publisher.publish(feed, publication, content);
    return { status: 201, body: { id: published.id, version } };
  };
  const resolve = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    const { feed, view } = open(request);
    const found = findUniversal(feed, view, request.parameter("package"), request.parameter("version"));
    const files = [...found.files.values()].map(({ name, sha256, content }) => ({
      path: name,
      sha256,
      size: content.length,
    }));
    return ok({ version: found.version, description: found.description ?? null, files });
  };
  return [
    { method: "PUT", path: `${base}/content/{sha256}`, source: sourceDocs, handle: upload },
    { method: "GET", path: `${base}/content/{sha256}`, source: sourceDocs, handle: download },
    { method: "PUT", path: versionPath, source: sourceDocs, handle: publish },
    { method: "GET", path: versionPath, source: sourceDocs, handle: resolve },
  ];
}

function readFile({ path, sha256 }: JsonObject, uploaded: ReadonlyMap<string, Buffer>): FeedFile {
  const content = uploaded.get(String(sha256));
  if (typeof path !== "string" || typeof sha256 !== "string" || !content) {
    return invalid(`the content of '${String(path)}' was not uploaded`);
  }
  if (!path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..")) {
    return invalid(`the path '${path}' does not stay in the package`);
  }
  return { name: path, content, sha256 };
}

function invalid(reason: string): never {
  refuse(400, "InvalidPackageException", `The package is not valid: ${reason}.`);
}
