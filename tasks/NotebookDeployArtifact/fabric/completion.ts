import path from "node:path";
import type { DeploymentRecord } from "../../../shared/deployment/record.ts";
import { formatRecordNotebook, type RecordNotebook } from "../../../shared/deployment/record-notebook.ts";
import type { Item } from "../../../shared/fabric/api/items.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import { deleteNotebooks } from "../../../shared/fabric/deployment/delete-notebooks.ts";
import type { DeploymentPlace } from "../../../shared/fabric/deployment/place.ts";
import { itemDefinition } from "../../../shared/fabric/notebooks/item-definition.ts";
import type { FabricDefinition } from "../../../shared/notebook/fabric/definition.ts";
import { readJson, writeJson } from "./backup.ts";

type ItemName = Pick<Item, "id" | "displayName">;

/** What is left to do when the new version is in the workspace. */
interface Completion {
  /** The notebooks of the previous version that the new one does not have. */
  removed: ItemName[];
  recordItem: ItemName;
  deployedOn: string;
  definition: FabricDefinition;
}

const fileName = "completion.json";

/** Writes what is left to do to a folder on the agent, so that the post-job step can do it. */
export async function saveCompletion(
  folder: string,
  {
    removed,
    recordItem,
    record,
    published,
  }: { removed: ItemName[]; recordItem: ItemName; record: DeploymentRecord } & Pick<
    RecordNotebook,
    "published"
  >,
): Promise<void> {
  const { deployedOn } = record;
  const definition = formatRecordNotebook({ record, published });
  const completion: Completion = { removed, recordItem, deployedOn, definition };
  await writeJson(path.join(folder, fileName), completion);
}

/** Deletes what the new version does not have, and writes its record. May be repeated. */
export async function complete(fabric: FabricClient, folder: string, place: DeploymentPlace): Promise<void> {
  const { removed } = await readCompletion(folder);
  await deleteNotebooks(fabric, place, removed);
  await writeFinalRecord(fabric, folder, place);
}

export async function writeFinalRecord(
  { items }: FabricClient,
  folder: string,
  { workspaceId }: DeploymentPlace,
): Promise<void> {
  const { recordItem, definition } = await readCompletion(folder);
  await items.updateDefinition(workspaceId, recordItem, itemDefinition(definition));
}

export function readCompletion(folder: string): Promise<Completion> {
  return readJson(path.join(folder, fileName));
}
