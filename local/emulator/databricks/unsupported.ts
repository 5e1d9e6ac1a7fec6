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
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    throw notImplemented(`Could not use ${name}: ${reason}`);
  }
}

/** Source: https://docs.databricks.com/api/azure/workspace/clusters/create */
export const unsupportedInClusters: UnsupportedFields = {
  init_scripts:
    "the local workspace runs no init scripts; leave them out, and install packages as libraries of the cluster.",
  docker_image:
    "a local cluster is this machine, not a container; leave it out, and install packages as libraries.",
  clone_from:
    "the local workspace copies no libraries from another cluster; install them with libraries/install.",
};

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
