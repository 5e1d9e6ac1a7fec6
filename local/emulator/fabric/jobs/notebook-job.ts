import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dependenciesOf, newNotebook } from "../notebooks.ts";
import { type ExecutionParts, executeJob } from "./execution.ts";
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
    // A notebook may run the others of its workspace.
    const target = join(folder, "workspace");
    mkdirSync(target, { recursive: true });
    for (const { displayName, notebook = newNotebook() } of parts.items.of(item.workspace, "Notebook"))
      writeFileSync(join(target, displayName), notebook.payload);
    return {
      parameters,
      sparkConf,
      lakehouse: lakehouse ?? own.lakehouse,
      environment: environment ?? own.environment,
    };
  });
}
