import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { mapBounded } from "../../../shared/concurrency/bounded.ts";
import type { Item } from "../../../shared/fabric/api/items.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import { deleteNotebooks } from "../../../shared/fabric/deployment/delete-notebooks.ts";
import {
  type DeploymentPlace,
  descriptionOf,
  mostRequests,
} from "../../../shared/fabric/deployment/place.ts";
import { itemDefinition } from "../../../shared/fabric/notebooks/item-definition.ts";
import { rename } from "../../../shared/files/rename.ts";
import type { FabricDefinition } from "../../../shared/notebook/fabric/definition.ts";

type ItemName = Pick<Item, "id" | "displayName">;

/** How the workspace was before a switch. */
export interface Backup {
  /** The notebooks that the switch writes. */
  saved: { item: ItemName; definition: FabricDefinition }[];
  /** The notebook with the record, unless the switch creates it. */
  record?: { item: ItemName; definition: FabricDefinition };
  /** The ids of all notebooks in the workspace: a notebook of the package that is not among them was created by the switch. */
  existing: string[];
}

const backupFile = "before.json";

/** Copies what a switch is going to overwrite to a folder on the agent. */
export async function saveBackup(folder: string, backup: Backup): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeJson(path.join(folder, backupFile), backup);
}

/**
 * Restores the previous version, the record last. May be repeated, and is possible after any part of the switch that comes before the first
 * notebook is deleted: Fabric cannot bring a notebook back under its id, and reserves its name for minutes.
 */
export async function rollBack(fabric: FabricClient, folder: string, place: DeploymentPlace): Promise<void> {
  const { items } = fabric;
  const { saved, record, existing } = await readJson<Backup>(path.join(folder, backupFile));
  await deleteCreated(fabric, place, new Set(existing));
  const restore = ({ item, definition }: Backup["saved"][number]) =>
    items.updateDefinition(place.workspaceId, item, itemDefinition(definition));
  await mapBounded(saved, mostRequests, restore);
  if (record) await restore(record);
}

/** Deletes what a switch has created, also if its creation took effect late. Returns how many there were. */
export async function deleteLate(
  fabric: FabricClient,
  folder: string,
  place: DeploymentPlace,
): Promise<number> {
  const { existing } = await readJson<Backup>(path.join(folder, backupFile));
  return deleteCreated(fabric, place, new Set(existing));
}

/** Deletes the notebooks of the package that were not in the workspace before the switch. */
async function deleteCreated(
  fabric: FabricClient,
  place: DeploymentPlace,
  existing: ReadonlySet<string>,
): Promise<number> {
  const created: Item[] = [];
  for await (const item of fabric.items.list(place.workspaceId, "Notebook"))
    if (!existing.has(item.id) && item.description === descriptionOf(place)) created.push(item);
  await deleteNotebooks(fabric, place, created);
  return created.length;
}

/** Writes a file that is complete or missing, for another process to read. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.partial`, JSON.stringify(value));
  await rename(`${file}.partial`, file);
}

export async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, "utf8")) as T;
}
