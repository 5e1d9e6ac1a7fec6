import { apiError } from "./errors.ts";
import type { Fields } from "./fields.ts";

/** What the platform has and the local workspace does not: it is refused before it makes a difference that nobody sees. */
export function notImplemented(message: string): Error {
  return apiError(501, "NOT_IMPLEMENTED", message);
}

/** Documented fields of a request that would change what runs, each with the reason why the local workspace refuses it. */
type UnsupportedFields = Readonly<Record<string, string>>;

export function refuseUnsupported(fields: Fields | undefined, unsupported: UnsupportedFields): void {
  for (const [name, reason] of Object.entries(unsupported)) {
    const value = fields?.raw()[name];
    if (isGiven(value)) throw notImplemented(`Could not use ${name}: ${reason}`);
  }
}

/** Source: https://docs.databricks.com/api/azure/workspace/clusters/create */
export const unsupportedInClusters: UnsupportedFields = {
  clone_from:
    "the local workspace copies no libraries from another cluster; install them with libraries/install.",
};

/**
 * Fields of clusters that people have in the configuration which they use everywhere. A cluster with one starts, and each run on it begins
 * with the note.
 */
const withoutEffectInClusters: Readonly<Record<string, string>> = {
  init_scripts:
    "Note: the init scripts of the cluster did not run: the local workspace has none; what they install can be a library of the cluster.",
  docker_image:
    "Note: the cluster's docker_image is not used: a local cluster is this machine; what the image contains can be a library of the cluster.",
};

/** What a run on a cluster of these settings says before its first cell. */
export function clusterNotes(spec: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(withoutEffectInClusters).flatMap(([name, note]) =>
    isGiven(spec[name]) ? [note] : [],
  );
}

/** Source: https://docs.databricks.com/api/azure/workspace/jobs/submit */
export const unsupportedInRuns: UnsupportedFields = {
  environment_variables:
    "the local workspace sets the environment variables of a cluster only; use spark_env_vars.",
};

/** Source: https://docs.databricks.com/api/azure/workspace/jobs/submit (tasks) */
export const unsupportedInTasks: UnsupportedFields = {
  environment_variables_key: unsupportedInRuns.environment_variables as string,
  compute: "the local workspace has no serverless GPU compute; leave it out.",
};

/** Source: https://docs.databricks.com/api/azure/workspace/jobs/submit (environments) */
export const unsupportedInEnvironments: UnsupportedFields = {
  base_environment: "the local workspace has no base environments; list the packages in dependencies.",
  project_environment: "the local workspace has no project environments; list the packages in dependencies.",
  java_dependencies: "the local workspace installs Python packages only; leave it out.",
};

/** Source: https://docs.databricks.com/api/azure/workspace/jobs/submit (notebook_task) */
export const unsupportedInNotebooks: UnsupportedFields = {
  warehouse_id: "the local workspace has no SQL warehouses; run the notebook on a cluster.",
};

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
