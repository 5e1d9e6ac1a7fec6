import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { FeedFile, FeedPackage } from "./feed.ts";

const jsonType = "application/vnd.pypi.simple.v1+json";

/** A file as an index page lists it. */
interface Listing {
  file: FeedFile;
  url: string;
}

/** The root page: every package, as PEP 503 (HTML) or PEP 691 (JSON), whichever the client accepts. */
export function rootPage(request: ServiceRequest, packages: Iterable<FeedPackage>): Reply {
  const names = [...packages].map((item) => item.normalizedName).sort();
  if (takesJson(request)) {
    return ok(
      { meta: { "api-version": "1.0" }, projects: names.map((name) => ({ name })) },
      { "Content-Type": jsonType },
    );
  }
  return page(names.map((name) => `<a href="${name}/">${name}</a>`));
}

/** A package's page. File URLs are relative to it, so that they keep the host and port that the client uses. */
export function packagePage(request: ServiceRequest, item: FeedPackage): Reply {
  const listings = [...item.versions.values()].flatMap((version) =>
    [...version.files.values()].map((file) => ({
      file,
      url: `../../download/${item.normalizedName}/${encodeURIComponent(version.version)}/${encodeURIComponent(file.name)}`,
    })),
  );
  if (takesJson(request)) {
    return ok(
      {
        meta: { "api-version": "1.0" },
        name: item.normalizedName,
        files: listings.map(({ file, url }) => ({
          filename: file.name,
          url,
          hashes: { sha256: file.sha256 },
          ...(file.requiresPython ? { "requires-python": file.requiresPython } : {}),
        })),
      },
      { "Content-Type": jsonType },
    );
  }
  return page(listings.map(link));
}

function link({ file, url }: Listing): string {
  const requires = file.requiresPython ? ` data-requires-python="${escapeHtml(file.requiresPython)}"` : "";
  return `<a href="${url}#sha256=${file.sha256}"${requires}>${escapeHtml(file.name)}</a>`;
}

function page(links: string[]): Reply {
  const body = links.map((line) => `${line}<br/>\n`).join("");
  return ok(`<!DOCTYPE html>\n<html><body>\n${body}</body></html>\n`, {
    "Content-Type": "text/html; charset=utf-8",
  });
}

function takesJson(request: ServiceRequest): boolean {
  return (request.header("accept") ?? "").split(",").some((range) => range.trim().startsWith(jsonType));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
