import { dependenciesOf } from "../notebooks.ts";
import { type ExecutionParts, executeJob, placeNotebook } from "./execution.ts";
import type { JobInstance } from "./job-instance.ts";
import type { JobEnd } from "./job-instances.ts";
import type { NotebookRequest } from "./notebook-request.ts";

/** Runs a notebook with the content that it has when its session begins. */
export function executeNotebook(
  parts: ExecutionParts,
  instance: JobInstance,
  { parameters, sparkConf, lakehouse, environment }: NotebookRequest,
): Promise<JobEnd> {
  const { item } = instance;
  const own = item.notebook ? dependenciesOf(item.notebook) : {};
  return executeJob(parts, instance, (folder) => {
    placeNotebook(item, folder);
    return {
      parameters,
      sparkConf,
      lakehouse: lakehouse ?? own.lakehouse,
      environment: environment ?? own.environment,
    };
  });
}
