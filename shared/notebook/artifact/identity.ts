const MAX_NAME_LENGTH = 255;
const MAX_VERSION_LENGTH = 127;
const LARGEST_NUMBER = 2_147_483_647;

const NAME = /^[a-z0-9]+(?:[-._][a-z0-9]+)*$/;
const number = "(?:0|[1-9]\\d*)";
const identifier = `(?:${number}|\\d*[a-z-][0-9a-z-]*)`;
const VERSION = new RegExp(
  `^(${number})\\.(${number})\\.(${number})(?:-${identifier}(?:\\.${identifier})*)?$`,
);

/**
 * What to give in place of a text that Azure Artifacts does not take as the name of a universal package, or undefined if it does: at
 * most 255 lower-case letters, digits, and single `-`, `.` or `_` between them.
 */
export function packageNameProblem(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return `give it at most ${MAX_NAME_LENGTH} characters`;
  if (NAME.test(name)) return undefined;
  const lower = name.toLowerCase();
  const hint = NAME.test(lower) ? `, such as ${lower}` : "";
  return `give it at most ${MAX_NAME_LENGTH} lower-case letters, digits, and single dashes, dots or underscores between them${hint}`;
}

/**
 * What to give in place of a text that Azure Artifacts does not take as the version of a universal package, or undefined if it does:
 * SemVer 2.0 in lower case without build metadata
 * (https://learn.microsoft.com/azure/devops/artifacts/quickstarts/universal-packages).
 */
export function packageVersionProblem(version: string): string | undefined {
  if (version.length > MAX_VERSION_LENGTH) return `give it at most ${MAX_VERSION_LENGTH} characters`;
  const short = /^v?(\d+)(?:\.(\d+))?$/.exec(version);
  if (short) return `give it three numbers, ${short[1]}.${short[2] ?? "0"}.0`;
  if (version.includes("+"))
    return `a universal package has no build metadata; leave ${version.slice(version.indexOf("+"))} out`;
  if (version !== version.toLowerCase()) return `give it in lower case, ${version.toLowerCase()}`;
  const parts = VERSION.exec(version);
  if (!parts) return "give it a semantic version, such as 1.0.0 or 1.0.0-rc.1";
  if (parts.slice(1, 4).some((part) => Number(part) > LARGEST_NUMBER))
    return `none of its numbers may be larger than ${LARGEST_NUMBER}`;
  return undefined;
}
