import type { StatusRecord } from "./status-record.ts";

type Tested = Pick<StatusRecord, "artifact" | "environment">;

/** The tag of every build that a status record is attached to. */
const statusTagName = "notebook-ops.test-status";
const passedTagName = "notebook-ops.test-passed";
const deploymentTagName = "notebook-ops.deployment";

/**
 * The build tag by which a record is found: `notebook-ops.test-status` if no package was tested, else
 * `notebook-ops.test-status_<environment>_<package>_<version>`.
 */
export function statusTag({ artifact, environment }: Tested): string {
  return artifact
    ? buildTag(statusTagName, environment ?? "", artifact.name, artifact.version)
    : statusTagName;
}

/**
 * The additional tag of a build in which the last test of a version passed: `notebook-ops.test-passed_<environment>_<package>_<version>`. It is
 * for checks that can ask for a tag but cannot read a record.
 */
export function passedTag({ artifact, environment }: Required<Tested>): string {
  return buildTag(passedTagName, environment, artifact!.name, artifact!.version);
}

/** The tag of a build that deployed a package: `notebook-ops.deployment_<environment>_<package>`. */
export function deploymentTag({ artifact, environment }: Required<Tested>): string {
  return buildTag(deploymentTagName, environment, artifact!.name);
}

/**
 * A build tag of some parts. Azure DevOps refuses colons, and slashes would divide the address of a tag, so any character of a part other than
 * letters, digits, `.` and `-` becomes `-`. Different subjects may thus have the same tag: the record itself decides.
 */
export function buildTag(name: string, ...parts: string[]): string {
  return [name, ...parts.map((part) => part.replace(/[^A-Za-z0-9.-]/g, "-"))].join("_");
}
