import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import { projectId } from "../urls.ts";
import type { Feed, FeedFile, FeedPackage } from "./feed.ts";

/**
 * The root page: every package, as HTML (PEP 503). The service has no JSON (PEP 691), whatever a client accepts, and so no upload times:
 * https://github.com/astral-sh/uv/issues/10394
 */
export function rootPage(packages: Iterable<FeedPackage>): Reply {
  const names = [...packages].map((item) => item.normalizedName).sort();
  return page(
    "Simple index",
    names.map((name) => `<a href="${name}/">${name}</a>`),
  );
}

/** A package's page. Addresses have the ids of project and feed, as the service's, and no host, so that they keep the one that the client uses. */
export function packagePage(request: ServiceRequest, feed: Feed, item: FeedPackage): Reply {
  const scope = [request.parameter("organisation"), ...(feed.project === undefined ? [] : [projectId])];
  const base = `/${scope.map(encodeURIComponent).join("/")}/_packaging/${feed.id}/pypi/download`;
  const links = [...item.versions.values()].flatMap((version) =>
    [...version.files.values()].map((file) => {
      const address = [base, item.normalizedName, ...[version.version, file.name].map(encodeURIComponent)];
      return link(file, address.join("/"));
    }),
  );
  return page(`Links for ${item.normalizedName}`, links);
}

function link(file: FeedFile, url: string): string {
  const requires = file.requiresPython ? ` data-requires-python="${escapeHtml(file.requiresPython)}"` : "";
  return `<a href="${url}#sha256=${file.sha256}"${requires}>${escapeHtml(file.name)}</a>`;
}

function page(title: string, links: string[]): Reply {
  const body = links.map((line) => `${line}<br/>\n`).join("");
  return ok(
    `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1>\n${body}</body></html>\n`,
    { "Content-Type": "text/html; charset=utf-8" },
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
