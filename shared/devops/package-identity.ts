import { packageNameProblem, packageVersionProblem } from "../notebook/artifact/identity.ts";
import { InputError } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";

/** A feed of the organisation, or of a project. */
export interface Feed {
  project?: string;
  /** To read from, also with a view: `weather@Release`. */
  name: string;
}

/** A version of a universal package in a feed; to download, also a pattern of versions. */
export interface PackageVersion {
  feed: Feed;
  name: string;
  version: string;
}

/** Azure DevOps' own rule for names of feeds, without @, which begins a view. */
const viewName = /^[^\s@|?/\\:&$*"[\]<>][^@|?/\\:&$*"[\]<>]{0,63}$/;

/**
 * Whether a text is a pattern of versions, of which a download takes the highest: `*`, `1.*` or `1.2.*`. None matches a prerelease.
 * https://learn.microsoft.com/azure/devops/artifacts/quickstarts/universal-packages#download-the-latest-version
 */
export function isVersionPattern(text: string): boolean {
  return /^(?:(?:0|[1-9]\d*)\.){0,2}\*$/.test(text);
}

/** Whether a version is the one that a source names, or one that its pattern matches. */
export function isVersionOf({ version: wanted }: PackageVersion, version: string): boolean {
  if (!isVersionPattern(wanted)) return version === wanted;
  return !version.includes("-") && version.startsWith(wanted.slice(0, -1));
}

export function feedText({ project, name }: Feed): string {
  return project === undefined ? name : `${project}/${name}`;
}

export function packageText({ feed, name, version }: PackageVersion): string {
  return `${name} ${version} (feed ${feedText(feed)})`;
}

/** Reads `feed` or `project/feed`, which may not name a view. */
export function parseFeedWithoutView(text: string, reason: string): Feed {
  const feed = parseFeed(text);
  if (!feed.name.includes("@")) return feed;
  throw new InputError(
    couldNot("use the input 'feed'", `'${feed.name}' names a view, and ${reason}`, "give the feed alone"),
  );
}

/** Reads the name of a view, such as `Release` or `@Release`. */
export function parseView(input: string, text: string): string {
  const view = text.replace(/^@/, "").trim();
  if (viewName.test(view)) return view;
  throw new InputError(
    couldNot(
      `use the input '${input}'`,
      `'${text}' is not the name of a view`,
      "give a view of the feed, such as Release",
    ),
  );
}

/** Reads `feed` or `project/feed`. */
export function parseFeed(text: string): Feed {
  const parts = text.split("/").map((part) => part.trim());
  // Azure DevOps' own rule for names of feeds; @ begins a view.
  if (parts.length > 2 || parts.some((part) => !/^[^\s|?/\\:&$*"[\]<>][^|?/\\:&$*"[\]<>]{0,63}$/.test(part)))
    throw new InputError(
      couldNot("use the input 'feed'", `'${text}' is not the name of a feed`, "give feed or project/feed"),
    );
  return parts.length === 1 ? { name: parts[0]! } : { project: parts[0]!, name: parts[1]! };
}

export function checkPackageName(name: string): string {
  const problem = packageNameProblem(name);
  if (problem === undefined) return name;
  throw new InputError(
    couldNot("use the input 'packageName'", `'${name}' is not a valid name of a package`, problem),
  );
}

/** Like checkPackageVersion, but also takes a pattern of versions. */
export function checkVersionOrPattern(text: string): string {
  return isVersionPattern(text) ? text : checkPackageVersion(text);
}

export function checkPackageVersion(version: string): string {
  const problem = packageVersionProblem(version);
  if (problem === undefined) return version;
  throw new InputError(
    couldNot("use the input 'packageVersion'", `'${version}' is not a valid version of a package`, problem),
  );
}
