import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { mapBounded } from "../../shared/concurrency/bounded.ts";
import type { ImportRequest, ObjectInfo } from "../../shared/databricks/api/workspace.ts";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { deleteObject, maxConcurrentRequests, listBelow } from "../../shared/databricks/folders/workspace-folders.ts";
import { recordFile } from "../../shared/deployment/record.ts";

/** How one object of the version before is put back. */
interface SavedObject extends Omit<ImportRequest, "content"> {
  type: ObjectInfo["object_type"];
  /** Its base64 in the backup's folder. */
  contentFile: string;
}

interface Index {
  target: string;
  saved: SavedObject[];
  /** Absolute paths that the switch makes. */
  created: string[];
}

const indexFile = "index.json";

/**
 * Copies what a switch is going to overwrite and remove to the agent's disk. The index is written last: a folder that has one
 * is whole.
 * @param isJupyter whether an object was deployed from an ipynb, and would lose metadata as source
 */
export async function saveBackup(
  { workspace }: DatabricksClient,
  folder: string,
  what: {
    target: string;
    objects: readonly ObjectInfo[];
    created: string[];
    isJupyter: (path: string) => boolean;
  },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const saved: SavedObject[] = [];
  await mapBounded(what.objects.entries(), maxConcurrentRequests, async ([index, object]) => {
    const contentFile = path.join(folder, `${index}.base64`);
    const { path: at, object_type: type, language } = object;
    const jupyter = type === "NOTEBOOK" && what.isJupyter(at);
    const format = jupyter ? "JUPYTER" : type === "NOTEBOOK" ? "SOURCE" : "RAW";
    const content = await workspace.export({ path: at, format: format === "RAW" ? "AUTO" : format });
    await writeFile(contentFile, content);
    saved.push({ path: at, type, format, language, overwrite: true, contentFile });
  });
  const index: Index = { target: what.target, saved, created: what.created };
  await writeFile(path.join(folder, `${indexFile}.partial`), JSON.stringify(index));
  await rename(path.join(folder, `${indexFile}.partial`), path.join(folder, indexFile));
}

/** Puts everything back as it was before the switch, the record last. May be done again, and after any part of the switch. */
export async function rollBack({ workspace }: DatabricksClient, folder: string): Promise<void> {
  const { target, saved, created } = JSON.parse(
    await readFile(path.join(folder, indexFile), "utf8"),
  ) as Index;
  const now = new Map((await listBelow(workspace, target)).map((object) => [object.path, object]));
  const wrong = saved.filter(({ path: at, type }) => now.has(at) && now.get(at)!.object_type !== type);
  const unwanted = [...created, ...wrong.map(({ path: at }) => at)].filter(
    (at) => now.get(at)?.object_type !== "DIRECTORY",
  );
  await mapBounded(unwanted, maxConcurrentRequests, async (at) => {
    await deleteObject(workspace, { path: at, recursive: false });
  });
  await deleteEmptiedFolders(workspace, target, unwanted);
  const record = `${target}/${recordFile}`;
  const restore = async ({ contentFile, type, ...object }: SavedObject) => {
    await workspace.mkdirs({ path: path.posix.dirname(object.path) });
    await workspace.import({ ...object, content: await readFile(contentFile, "utf8") });
  };
  await mapBounded(
    saved.filter((object) => object.path !== record),
    maxConcurrentRequests,
    restore,
  );
  for (const object of saved.filter(({ path: at }) => at === record)) await restore(object);
}

/** Deletes the folders between `target` and the paths that hold nothing any more; a folder of somebody else's stays. */
export async function deleteEmptiedFolders(
  databricks: DatabricksClient["workspace"],
  target: string,
  paths: readonly string[],
): Promise<void> {
  const above = new Set<string>();
  for (const each of paths)
    for (let at = path.posix.dirname(each); at.length > target.length; at = path.posix.dirname(at))
      above.add(at);
  for (const at of [...above].sort((a, b) => b.length - a.length))
    await deleteObject(databricks, { path: at, recursive: false });
}
