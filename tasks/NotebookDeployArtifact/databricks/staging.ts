import path from "node:path/posix";
import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { deleteObject } from "../../../shared/databricks/folders/workspace-folders.ts";

const infix = ".notebook-ops-";

/** The folder beside the target to which a deployment uploads first. Its name is unique to the deployment. */
export function stagingFolder(target: string, id: string): string {
  return `${target}${infix}${id}`;
}

/** Deletes the staging folders that earlier deployments left when their agent died. The caller must hold the lock of the target. */
export async function deleteAbandonedStaging({ workspace }: DatabricksClient, target: string): Promise<void> {
  const prefix = target + infix;
  for (const { path: sibling, object_type } of await workspace.list({ path: path.dirname(target) })) {
    const id = sibling.startsWith(prefix) ? sibling.slice(prefix.length) : "";
    if (object_type === "DIRECTORY" && /^[0-9a-f]{12}$/.test(id))
      await deleteObject(workspace, { path: sibling, recursive: true });
  }
}
