const maxNameLength = 255;
const maxVersionLength = 127;
const largestNumber = 2_147_483_647;

const namePattern = /^[a-z0-9]+(?:[-._][a-z0-9]+)*$/;
const number = "(?:0|[1-9]\\d*)";
const identifier = `(?:${number}|\\d*[a-z-][0-9a-z-]*)`;
const versionPattern = new RegExp(
  `^(${number})\\.(${number})\\.(${number})(?:-${identifier}(?:\\.${identifier})*)?$`,
);

/**
 * What to give instead, as the end of a sentence, if Azure Artifacts does not accept the text as the name of a universal package: at most
 * 255 lower-case letters, digits, and single `-`, `.` or `_` between them. Undefined if it does.
 */
export function packageNameProblem(name: string): string | undefined {
  if (name.length > maxNameLength) return `give it at most ${maxNameLength} characters`;
  if (namePattern.test(name)) return undefined;
  const lower = name.toLowerCase();
  const hint = namePattern.test(lower) ? `, such as ${lower}` : "";
  return `give it at most ${maxNameLength} lower-case letters, digits, and single dashes, dots or underscores between them${hint}`;
}

/**
 * What to give instead, as the end of a sentence, if Azure Artifacts does not accept the text as the version of a universal package: SemVer
 * 2.0 in lower case without build metadata (https://learn.microsoft.com/azure/devops/artifacts/quickstarts/universal-packages). Undefined
 * if it does.
 */
export function packageVersionProblem(version: string): string | undefined {
  if (version.length > maxVersionLength) return `give it at most ${maxVersionLength} characters`;
  const short = /^v?(\d+)(?:\.(\d+))?$/.exec(version);
  if (short) return `give it three numbers, ${short[1]}.${short[2] ?? "0"}.0`;
  if (version.includes("+"))
    return `leave ${version.slice(version.indexOf("+"))} out, because a universal package has no build metadata`;
  if (version !== version.toLowerCase()) return `give it in lower case, ${version.toLowerCase()}`;
  const parts = versionPattern.exec(version);
  if (!parts) return "give it a semantic version, such as 1.0.0 or 1.0.0-rc.1";
  if (parts.slice(1, 4).some((part) => Number(part) > largestNumber))
    return `give it numbers of at most ${largestNumber}`;
  return undefined;
}
