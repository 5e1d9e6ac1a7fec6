import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { mapBounded } from "../../../shared/concurrency/bounded.ts";
import {
  type ImportRequest,
  maxConcurrentRequests,
  type ObjectInfo,
} from "../../../shared/databricks/api/workspace.ts";
import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { createFolders, folderRounds } from "../../../shared/databricks/folders/create-folders.ts";
import { deleteObject, listBelow } from "../../../shared/databricks/folders/workspace-folders.ts";
import { recordFile } from "../../../shared/deployment/record.ts";
import { rename } from "../../../shared/files/rename.ts";

/** An object of the previous version, and how it is imported again. */
interface SavedObject extends Omit<ImportRequest, "content"> {
  type: ObjectInfo["object_type"];
  /** The file in the backup's folder with its content in base64. */
  contentFile: string;
}

interface Index {
  target: string;
  saved: SavedObject[];
  /** Absolute paths of the objects that the switch creates. */
  created: string[];
}

const indexFile = "index.json";

/**
 * Copies the objects that a switch is going to overwrite or remove to a folder on the agent. The index is written last, so a folder with an
 * index is complete.
 * @param backup.isJupyter whether an object was deployed from an ipynb file, whose metadata would be lost in the source format
 */
export async function saveBackup(
  { workspace }: DatabricksClient,
  folder: string,
  backup: {
    target: string;
    objects: readonly ObjectInfo[];
    created: string[];
    isJupyter: (path: string) => boolean;
  },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const saved: SavedObject[] = [];
  await mapBounded(backup.objects.entries(), maxConcurrentRequests, async ([index, object]) => {
    const contentFile = path.join(folder, `${index}.base64`);
    const { path: objectPath, object_type: type, language } = object;
    const jupyter = type === "NOTEBOOK" && backup.isJupyter(objectPath);
    const format = jupyter ? "JUPYTER" : type === "NOTEBOOK" ? "SOURCE" : "RAW";
    const content = await workspace.export({ path: objectPath, format: format === "RAW" ? "AUTO" : format });
    await writeFile(contentFile, content);
    saved.push({ path: objectPath, type, format, language, overwrite: true, contentFile });
  });
  const index: Index = { target: backup.target, saved, created: backup.created };
  await writeFile(path.join(folder, `${indexFile}.partial`), JSON.stringify(index));
  await rename(path.join(folder, `${indexFile}.partial`), path.join(folder, indexFile));
}

/** Restores the previous version from a backup, the record last. May be repeated, and is possible after any part of the switch. */
export async function rollBack({ workspace }: DatabricksClient, folder: string): Promise<void> {
  const { target, saved, created } = JSON.parse(
    await readFile(path.join(folder, indexFile), "utf8"),
  ) as Index;
  const current = new Map((await listBelow(workspace, target)).map((object) => [object.path, object]));
  const ofOtherType = saved
    .filter((object) => current.has(object.path) && current.get(object.path)!.object_type !== object.type)
    .map((object) => object.path);
  const unwanted = [...created, ...ofOtherType].filter(
    (objectPath) => current.get(objectPath)?.object_type !== "DIRECTORY",
  );
  await mapBounded(unwanted, maxConcurrentRequests, async (objectPath) => {
    await deleteObject(workspace, { path: objectPath, recursive: false });
  });
  await deleteEmptiedFolders(workspace, target, unwanted);
  const record = `${target}/${recordFile}`;
  const restore = async ({ contentFile, type, ...object }: SavedObject) => {
    await workspace.import({ ...object, content: await readFile(contentFile, "utf8") });
  };
  if (saved.length > 0)
    await createFolders(
      workspace,
      folderRounds(
        target,
        saved.map((object) => path.posix.dirname(object.path)),
      ),
    );
  await mapBounded(
    saved.filter((object) => object.path !== record),
    maxConcurrentRequests,
    restore,
  );
  for (const object of saved.filter((object) => object.path === record)) await restore(object);
}

/** Deletes the folders between `target` and the paths if they are empty now. */
export async function deleteEmptiedFolders(
  workspace: DatabricksClient["workspace"],
  target: string,
  paths: readonly string[],
): Promise<void> {
  const folders = new Set<string>();
  for (const objectPath of paths) {
    let folder = path.posix.dirname(objectPath);
    for (; folder.length > target.length; folder = path.posix.dirname(folder)) folders.add(folder);
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length))
    await deleteObject(workspace, { path: folder, recursive: false });
}
