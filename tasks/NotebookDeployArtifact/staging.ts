import path from "node:path/posix";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { deleteObject } from "../../shared/databricks/folders/workspace-folders.ts";

const infix = ".notebook-ops-";

/** The folder beside the target into which one deployment imports first. Its name is no other deployment's. */
export function stagingFolder(target: string, id: string): string {
  return `${target}${infix}${id}`;
}

/** Deletes the folders that deployments to the target left when their agent died. For who holds the lock. */
export async function deleteAbandoned({ workspace }: DatabricksClient, target: string): Promise<void> {
  for (const beside of await workspace.list({ path: path.dirname(target) })) {
    const id = beside.path.startsWith(target + infix) ? beside.path.slice(target.length + infix.length) : "";
    if (beside.object_type === "DIRECTORY" && /^[0-9a-f]{12}$/.test(id))
      await deleteObject(workspace, { path: beside.path, recursive: true });
  }
}
