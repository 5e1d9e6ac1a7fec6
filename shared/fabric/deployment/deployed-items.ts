import { mapBounded } from "../../concurrency/bounded.ts";
import { formatFabricPath } from "../../deployment/fabric-path.ts";
import type { DeployedObject, DeploymentRecord } from "../../deployment/record.ts";
import { parseRecordNotebook, type RecordNotebook } from "../../deployment/record-notebook.ts";
import { ifFound } from "../../http/if-found.ts";
import type { FabricDefinition } from "../../notebook/fabric/definition.ts";
import type { Item } from "../api/items.ts";
import type { FabricClient } from "../connection.ts";
import { notebookDefinition } from "../notebooks/item-definition.ts";
import { type DeploymentPlace, descriptionOf, mostRequests, recordName } from "./place.ts";

/** The notebooks of a workspace, and what the record of a package says about them. */
export interface PlaceContent {
  /** By nameKey. */
  notebooks: ReadonlyMap<string, Item>;
  /** The notebook with the record, as it is in the workspace. */
  recordNotebook?: { item: Item; definition: FabricDefinition };
  /** Undefined if there is no valid record. */
  recorded?: RecordNotebook;
}

/** Fabric ignores case in the names of items. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

export async function readPlace(fabric: FabricClient, place: DeploymentPlace): Promise<PlaceContent> {
  const notebooks = await listNotebooks(fabric, place);
  const item = notebooks.get(nameKey(recordName(place)));
  const definition = item && (await readDefinition(fabric, place, { item, format: "ipynb" }));
  if (item === undefined || definition === undefined) return { notebooks };
  const recorded = parseRecordNotebook(definition);
  const isOfPlace = recorded?.record.workspaceFolder === formatFabricPath(place);
  return { notebooks, recordNotebook: { item, definition }, ...(isOfPlace ? { recorded } : {}) };
}

/** The notebooks of the workspace by nameKey. */
export async function listNotebooks(
  fabric: FabricClient,
  { workspaceId }: DeploymentPlace,
): Promise<Map<string, Item>> {
  const notebooks = new Map<string, Item>();
  for await (const item of fabric.items.list(workspaceId, "Notebook"))
    notebooks.set(nameKey(item.displayName), item);
  return notebooks;
}

/** The item of a record's object. Undefined if it is gone, or if the one of its name is not the one that was deployed. */
export function deployedItem(
  { notebooks }: Pick<PlaceContent, "notebooks">,
  { path, itemId }: DeployedObject,
  place: DeploymentPlace,
): Item | undefined {
  const item = notebooks.get(nameKey(path));
  if (item === undefined) return undefined;
  // A deployment that was interrupted may have created it without recording its id.
  const isDeployed = itemId === undefined ? item.description === descriptionOf(place) : item.id === itemId;
  return isDeployed ? item : undefined;
}

/** The items of a record, by nameKey. */
export function deployedItems(
  content: PlaceContent,
  record: DeploymentRecord | undefined,
  place: DeploymentPlace,
): Map<string, Item> {
  const entries = (record?.objects ?? []).flatMap((object): [string, Item][] => {
    const item = deployedItem(content, object, place);
    return item ? [[nameKey(object.path), item]] : [];
  });
  return new Map(entries);
}

interface ItemToRead {
  item: Item;
  format: FabricDefinition["format"];
}

/** Undefined if the item is gone. */
export async function readDefinition(
  fabric: FabricClient,
  { workspaceId }: DeploymentPlace,
  { item, format }: ItemToRead,
): Promise<FabricDefinition | undefined> {
  const found = await ifFound(fabric.items.getDefinition(workspaceId, item, format));
  return found && notebookDefinition(found, format);
}

/** The definitions of items, by id; those of items that are gone are missing. */
export async function readDefinitions(
  fabric: FabricClient,
  place: DeploymentPlace,
  items: readonly ItemToRead[],
): Promise<Map<string, FabricDefinition>> {
  const definitions = new Map<string, FabricDefinition>();
  await mapBounded(items, mostRequests, async (each) => {
    const definition = await readDefinition(fabric, place, each);
    if (definition) definitions.set(each.item.id, definition);
  });
  return definitions;
}
