import { InputError } from "../task/index.ts";

/** A feed of the organisation, or of a project. */
export interface Feed {
  project?: string;
  /** To read from, also with a view: `weather@Release`. */
  name: string;
}

/** A version of a universal package in a feed. */
export interface PackageVersion {
  feed: Feed;
  name: string;
  version: string;
}

export function feedText({ project, name }: Feed): string {
  return project === undefined ? name : `${project}/${name}`;
}

/** Reads `feed` or `project/feed`. */
export function parseFeed(text: string): Feed {
  const parts = text.split("/").map((part) => part.trim());
  // Azure DevOps' own rule for names of feeds; @ begins a view.
  if (parts.length > 2 || parts.some((part) => !/^[^\s|?/\\:&$*"[\]<>][^|?/\\:&$*"[\]<>]{0,63}$/.test(part)))
    throw new InputError(`Input 'feed' is '${text}': give it the name of a feed, or project/feed.`);
  return parts.length === 1 ? { name: parts[0]! } : { project: parts[0]!, name: parts[1]! };
}

/** As Azure Artifacts takes names of universal packages: at most 255 lower-case letters, digits, and single `-`, `.` or `_` between them. */
export function checkPackageName(name: string): string {
  if (name.length <= 255 && /^[a-z0-9]+(?:[-._][a-z0-9]+)*$/.test(name)) return name;
  const lower = name.toLowerCase();
  const hint = lower !== name && /^[a-z0-9]+(?:[-._][a-z0-9]+)*$/.test(lower) ? `, such as ${lower}` : "";
  throw new InputError(
    `Input 'packageName' is '${name}': give it at most 255 lower-case letters, digits, and single dashes, dots or underscores between them${hint}.`,
  );
}

const number = "(?:0|[1-9]\\d*)";
const identifier = `(?:${number}|\\d*[a-z-][0-9a-z-]*)`;
const semanticVersion = new RegExp(
  `^(${number})\\.(${number})\\.(${number})(?:-${identifier}(?:\\.${identifier})*)?$`,
);
const longestVersion = 127;
const largestNumber = 2_147_483_647;

/**
 * As Azure Artifacts takes versions of universal packages: SemVer 2.0 in lower case without build metadata
 * (https://learn.microsoft.com/azure/devops/artifacts/quickstarts/universal-packages).
 */
export function checkPackageVersion(version: string): string {
  const problem = versionProblem(version);
  if (problem === undefined) return version;
  throw new InputError(`Input 'packageVersion' is '${version}': ${problem}.`);
}

function versionProblem(version: string): string | undefined {
  const short = /^v?(\d+)(?:\.(\d+))?$/.exec(version);
  if (short) return `give it three numbers, ${short[1]}.${short[2] ?? "0"}.0`;
  if (version.includes("+"))
    return `a universal package has no build metadata; leave ${version.slice(version.indexOf("+"))} out`;
  if (version !== version.toLowerCase()) return `give it in lower case, ${version.toLowerCase()}`;
  const parts = semanticVersion.exec(version);
  if (!parts) return "give it a semantic version, such as 1.0.0 or 1.0.0-rc.1";
  if (version.length > longestVersion) return `give it at most ${longestVersion} characters`;
  if (parts.slice(1, 4).some((part) => Number(part) > largestNumber))
    return `none of its numbers may be larger than ${largestNumber}`;
  return undefined;
}
