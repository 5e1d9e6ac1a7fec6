import { lockPrefix, recordPrefix } from "../../deployment/fabric-path.ts";

/** The notebooks of one package in a workspace. */
export interface DeploymentPlace {
  /** GUID. */
  workspaceId: string;
  /** For the log. */
  workspaceName: string;
  packageName: string;
}

/** Requests at the same time. Fabric allows an identity some 200 in a minute, and each definition takes several. */
export const mostRequests = 8;

/** The name of the notebook with the record of a package. */
export function recordName({ packageName }: Pick<DeploymentPlace, "packageName">): string {
  return recordPrefix + packageName;
}

/** The name of a lock of a package; without an id, what all of them begin with. No package name has two dashes in a row. */
export function lockName({ packageName }: Pick<DeploymentPlace, "packageName">, id = ""): string {
  return `${lockPrefix}${packageName}--${id}`;
}

/** The description of each notebook that a deployment creates, by which it is told apart from somebody else's of the same name. */
export function descriptionOf({ packageName }: Pick<DeploymentPlace, "packageName">): string {
  return `Deployed by notebook-ops: ${packageName}`.slice(0, 256);
}
