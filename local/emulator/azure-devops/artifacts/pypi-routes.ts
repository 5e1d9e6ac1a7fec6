import { createHash } from "node:crypto";
import { type FormPart, parseMultipart } from "../../http/multipart.ts";
import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { refuse } from "../dialect.ts";
import { projectOf } from "../urls.ts";
import type { Feed, FeedPackage } from "./feed.ts";
import type { AllFeeds } from "./feeds.ts";
import { findPackage, normalizePythonName, type Publisher } from "./packages.ts";
import { packagePage, rootPage } from "./pypi-index.ts";

const indexDocs = "https://packaging.python.org/en/latest/specifications/simple-repository-api/";
const uploadDocs = "https://docs.pypi.org/api/upload/";
const base = "/{organisation}/{project?}/_packaging/{feed}/pypi";

/** A feed as a Python package index, under the organisation or under a project. */
export function pypiRoutes(feeds: AllFeeds, publisher: Publisher, access: Access): Route[] {
  const feedOf = (request: ServiceRequest) =>
    feeds.of(request).get(request.parameter("feed"), projectOf(request));
  const index = (request: ServiceRequest) => {
    access.require(request, "readPackages");
    return rootPage(
      request,
      feedOf(request).packages.filter(({ protocol }) => protocol === "PyPI"),
    );
  };
  const listPackage = (request: ServiceRequest) => {
    access.require(request, "readPackages");
    return packagePage(request, packageOf(feedOf(request), request));
  };
  const download = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    const item = packageOf(feedOf(request), request);
    const file = item.versions.get(request.parameter("version"))?.files.get(request.parameter("file"));
    return file ? ok(file.content) : missing(request.parameter("file"));
  };
  const upload = (request: ServiceRequest): Reply => {
    const { name: identity } = access.require(request, "addPackage");
    const { name, version, file } = readUpload(request);
    publisher.addFile(feedOf(request), { protocol: "PyPI", name, version, publisher: identity }, file);
    return ok();
  };
  return [
    { method: "GET", path: `${base}/simple`, source: indexDocs, handle: index },
    { method: "GET", path: `${base}/simple/{package}`, source: indexDocs, handle: listPackage },
    {
      method: "GET",
      path: `${base}/download/{package}/{version}/{file}`,
      source: indexDocs,
      handle: download,
    },
    { method: "POST", path: `${base}/upload`, source: uploadDocs, handle: upload },
  ];
}

function packageOf(feed: Feed, request: ServiceRequest): FeedPackage {
  const name = request.parameter("package");
  return findPackage(feed, "PyPI", name) ?? missing(name);
}

function missing(what: string): never {
  refuse(404, "PackageNotFoundException", `Cannot find '${what}' in the feed.`);
}

/** The "legacy" upload of twine: a form with the package's metadata and the file in `content`. */
function readUpload(request: ServiceRequest) {
  const parts = parseMultipart(request.body, request.header("content-type"));
  const text = (name: string) =>
    parts
      ?.find((part) => part.name === name)
      ?.content.toString("utf8")
      .trim() || undefined;
  const name = text("name");
  const version = text("version");
  const content = parts?.find((part) => part.name === "content");
  if (text(":action") !== "file_upload" || !name || !version || !content?.fileName) {
    return invalid("an upload is a form with :action=file_upload, name, version and a file in content");
  }
  if (normalizePythonName(content.fileName.split("-")[0] ?? "") !== normalizePythonName(name)) {
    return invalid(`the file '${content.fileName}' does not belong to package '${name}'`);
  }
  const sha256 = checkDigests(content, text);
  const requiresPython = text("requires_python");
  return {
    name,
    version,
    file: {
      name: content.fileName,
      content: content.content,
      sha256,
      ...(requiresPython ? { requiresPython } : {}),
    },
  };
}

/** The SHA-256 of the content. Refuses content that does not match the digests of the form. */
function checkDigests({ content }: FormPart, text: (name: string) => string | undefined): string {
  for (const algorithm of ["md5", "sha256"]) {
    const given = text(`${algorithm}_digest`);
    if (given !== undefined && given.toLowerCase() !== createHash(algorithm).update(content).digest("hex")) {
      invalid(`the content does not have the ${algorithm} digest ${given}`);
    }
  }
  return createHash("sha256").update(content).digest("hex");
}

function invalid(reason: string): never {
  refuse(400, "InvalidPackageException", `The package is not valid: ${reason}.`);
}
