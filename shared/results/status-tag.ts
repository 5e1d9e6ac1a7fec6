import type { StatusRecord } from "./status-record.ts";

/** The tag of every build that a status record is attached to. */
const statusTagName = "notebook-ops.test-status";

/**
 * The build tag by which a record is found: `notebook-ops.test-status` if no package was tested, else
 * `notebook-ops.test-status_<environment>_<package>_<version>`. Azure DevOps refuses colons, and slashes would divide the address of a tag,
 * so any character other than letters, digits, `.` and `-` becomes `-`. Two subjects may thus have the same tag: the record itself decides.
 */
export function statusTag({ artifact, environment }: Pick<StatusRecord, "artifact" | "environment">): string {
  if (!artifact) return statusTagName;
  const parts = [environment ?? "", artifact.name, artifact.version];
  return [statusTagName, ...parts.map((part) => part.replace(/[^A-Za-z0-9.-]/g, "-"))].join("_");
}
