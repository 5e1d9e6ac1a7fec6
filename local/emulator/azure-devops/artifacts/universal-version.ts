import { refuse } from "../dialect.ts";

const namePattern = /^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/;
const numberPattern = "(0|[1-9]\\d*)";
const versionPattern = new RegExp(
  `^${numberPattern}\\.${numberPattern}\\.${numberPattern}(?:-((?:0|[1-9]\\d*|\\d*[a-z-][0-9a-z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-z-][0-9a-z-]*))*))?$`,
);
const largest = 2_147_483_647;

interface Version {
  numbers: number[];
  prerelease: string[];
}

/** Rules: https://learn.microsoft.com/azure/devops/artifacts/quickstarts/universal-packages */
export function requireName(name: string): void {
  if (namePattern.test(name) && name.length < 256) return;
  refuse(
    400,
    "InvalidPackageNameException",
    `The package name provided is invalid. Universal package names must be one or more lowercase alphanumeric segments separated by a dash, dot or underscore. The package name must be under 256 characters.`,
  );
}

/** Wording: https://github.com/MicrosoftDocs/azure-devops-yaml-schema/pull/350 */
export function requireVersion(version: string): void {
  if (parse(version)) return;
  refuse(
    400,
    "InvalidVersionException",
    "The package version provided is invalid. Universal package versions must be lowercase SemVer 2.0 versions without build metadata. The package version must be under 128 characters, and major/minor/patch must each be less than or equal to 2147483647.",
  );
}

/** SemVer 2.0 precedence of two valid versions. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parse(left), parse(right)];
  if (!a || !b) return 0;
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return b.prerelease.length - a.prerelease.length;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** Matches the released versions of `*`, `1.*` or `1.2.*`; undefined if the text is not a wildcard. */
export function wildcard(text: string): ((version: string) => boolean) | undefined {
  if (!/^(?:(?:0|[1-9]\d*)\.){0,2}\*$/.test(text)) return undefined;
  const prefix = text.slice(0, -1);
  return (version) => !version.includes("-") && version.startsWith(prefix);
}

function parse(text: string): Version | undefined {
  const found = versionPattern.exec(text);
  if (!found || text.length >= 128) return undefined;
  const numbers = found.slice(1, 4).map(Number);
  if (numbers.some((number) => number > largest)) return undefined;
  return { numbers, prerelease: found[4]?.split(".") ?? [] };
}

function comparePrereleases(left: string[], right: string[]): number {
  for (const [index, a] of left.entries()) {
    const b = right[index];
    if (b === undefined) return 1;
    if (a === b) continue;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (isNumber && isOtherNumber) return Number(a) - Number(b);
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return left.length - right.length;
}
