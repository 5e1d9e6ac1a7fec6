import { createHash } from "node:crypto";
import { type FormPart, parseMultipart } from "../../http/multipart.ts";
import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { exception, refuse } from "../dialect.ts";
import { projectOf } from "../urls.ts";
import type { Feed, FeedPackage } from "./feed.ts";
import type { AllFeeds } from "./feeds.ts";
import { findPackage, normalizePythonName, type Publisher } from "./packages.ts";
import { packagePage, rootPage } from "./pypi-index.ts";
import { normalizeVersion } from "./python-version.ts";

const indexDocs = "https://packaging.python.org/en/latest/specifications/simple-repository-api/";
const uploadDocs = "https://docs.pypi.org/api/upload/";
const base = "/{organisation}/{project?}/_packaging/{feed}/pypi";

/** A feed as a Python package index, under the organisation or under a project. */
export function pypiRoutes(feeds: AllFeeds, publisher: Publisher, access: Access): Route[] {
  const feedOf = (request: ServiceRequest) =>
    feeds.of(request).get(request.parameter("feed"), projectOf(request));
  const index = (request: ServiceRequest) => {
    access.require(request, "readPackages");
    return rootPage(feedOf(request).packages.filter(({ protocol }) => protocol === "PyPI"));
  };
  const listPackage = (request: ServiceRequest) => {
    access.require(request, "readPackages");
    const feed = feedOf(request);
    return packagePage(request, feed, packageOf(feed, request));
  };
  const download = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    const item = packageOf(feedOf(request), request);
    const file = item.versions.get(request.parameter("version"))?.files.get(request.parameter("file"));
    return file ? contentOf(file.content, request) : missing(request.parameter("file"));
  };
  // https://github.com/astral-sh/uv/pull/1713: uv asks so whether it can read parts of a wheel, and downloads all of it at this answer.
  const head = (request: ServiceRequest): Reply => {
    access.require(request, "readPackages");
    const reply = exception(
      405,
      "VssRequestException",
      "The requested resource does not support http method 'HEAD'.",
    );
    return { ...reply, headers: { allow: "GET" } };
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
    {
      method: "HEAD",
      path: `${base}/download/{package}/{version}/{file}`,
      source: "https://github.com/astral-sh/uv/pull/1713",
      handle: head,
    },
    { method: "POST", path: `${base}/upload`, source: uploadDocs, handle: upload },
  ];
}

/** A file, or the part of it that `Range` asks for (https://github.com/astral-sh/uv/issues/21349). */
function contentOf(content: Buffer, request: ServiceRequest): Reply {
  const headers = { "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream" };
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.header("range") ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return ok(content, headers);
  const size = content.length;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) return { status: 416, headers: { ...headers, "Content-Range": `bytes */${size}` } };
  const body = content.subarray(start, end + 1);
  return { status: 206, headers: { ...headers, "Content-Range": `bytes ${start}-${end}/${size}` }, body };
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
  if (!isFileOf(content.fileName, name, version)) {
    return invalid(
      `the file '${content.fileName}' does not belong to package '${name}' and version '${version}'`,
    );
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

/**
 * A wheel escapes the dashes of its name (https://packaging.python.org/en/latest/specifications/binary-distribution-format/). A source
 * distribution of an older tool does not, so its version begins after any of the dashes, and can itself have one (PEP 625).
 */
function isFileOf(fileName: string, name: string, version: string): boolean {
  const isName = (text: string) => normalizePythonName(text) === normalizePythonName(name);
  const isVersion = (text: string) => normalizeVersion(text) === normalizeVersion(version);
  const [, stem, kind] = /^(.+)\.(whl|egg|tar\.gz|tar\.bz2|tgz|zip)$/i.exec(fileName) ?? [];
  const parts = stem?.split("-") ?? [];
  if (kind?.toLowerCase() === "whl" || kind?.toLowerCase() === "egg")
    return isName(parts[0] ?? "") && isVersion(parts[1] ?? "");
  return parts.some(
    (_, at) => at > 0 && isName(parts.slice(0, at).join("-")) && isVersion(parts.slice(at).join("-")),
  );
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
