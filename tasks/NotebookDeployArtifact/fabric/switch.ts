import path from "node:path";
import { mapBounded } from "../../../shared/concurrency/bounded.ts";
import type { DeployedObject, DeploymentRecord } from "../../../shared/deployment/record.ts";
import type { Item } from "../../../shared/fabric/api/items.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import { createNotebook } from "../../../shared/fabric/deployment/create-notebook.ts";
import { nameKey, type PlaceContent } from "../../../shared/fabric/deployment/deployed-items.ts";
import {
  type DeploymentPlace,
  descriptionOf,
  mostRequests,
} from "../../../shared/fabric/deployment/place.ts";
import { itemDefinition } from "../../../shared/fabric/notebooks/item-definition.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { FabricNotebook } from "../../../shared/notebook/fabric/fabric-project.ts";
import { keepDependencies } from "../../../shared/notebook/fabric/keep-dependencies.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { saveBackup } from "./backup.ts";
import { complete, saveCompletion } from "./completion.ts";
import { journalKeys } from "./journal.ts";
import type { Plan } from "./plan.ts";
import type { FabricArtifact } from "./project.ts";
import { writeDeployingRecord } from "./record.ts";

/** Of an object, except for the id of its item. */
export type NewRecord = Omit<DeploymentRecord, "objects">;

interface Switch {
  place: DeploymentPlace;
  artifact: FabricArtifact;
  plan: Plan;
  before: PlaceContent;
  record: NewRecord;
  tempFolder: string;
  /** Fails unless the notebooks have the content that was written and this deployment still holds the lock. */
  check: (items: ReadonlyMap<FabricNotebook, Item>) => Promise<void>;
}

/**
 * Replaces the previous version in the workspace by the new one. The record says "deploying" until all notebooks were read back. Until then
 * undoDeployment restores the previous version, and from then on completes the new one: what is left are deletions, which cannot be undone.
 */
export async function switchVersion(
  host: TaskHost,
  fabric: FabricClient,
  step: Switch,
): Promise<DeploymentRecord> {
  const { place, artifact, plan, before, record, tempFolder, check } = step;
  const folder = path.join(tempFolder, "before");
  await backUp(folder, step);
  host.journal.write(journalKeys.backup, folder);
  const recordItem = await writeDeployingRecord(host, fabric, {
    place,
    existing: before.recordNotebook?.item,
    record: { ...record, state: "deploying", objects: objectsOfBothVersions(step) },
  });
  const items = await writeNotebooks(host, fabric, step);
  host.signal.throwIfAborted();
  await check(items);
  const deployed = { ...record, objects: objectsOf(artifact, items) };
  await saveCompletion(folder, {
    removed: plan.removed,
    recordItem,
    record: deployed,
    published: { manifest: artifact.manifest, files: artifact.files },
  });
  host.journal.write(journalKeys.verified, "true");
  await complete(fabric, folder, place);
  host.journal.write(journalKeys.backup, "");
  host.journal.write(journalKeys.verified, "");
  return deployed;
}

function backUp(folder: string, { plan, before }: Switch): Promise<void> {
  const { recordNotebook, notebooks } = before;
  return saveBackup(folder, {
    saved: plan.updated.map(({ item, before: definition }) => ({ item, definition })),
    ...(recordNotebook ? { record: recordNotebook } : {}),
    existing: [...notebooks.values()].map(({ id }) => id),
  });
}

/** Updates and creates the notebooks. Returns the item of each notebook of the artifact. */
async function writeNotebooks(
  host: TaskHost,
  fabric: FabricClient,
  { place, plan }: Switch,
): Promise<Map<FabricNotebook, Item>> {
  const { workspaceId } = place;
  const open = new OpenRequests(host.journal, journalKeys.openNotebooks);
  const items = new Map(plan.unchanged.map(({ notebook, item }) => [notebook, item]));
  await mapBounded(plan.updated, mostRequests, async ({ notebook, item, before }) => {
    host.signal.throwIfAborted();
    open.requireRunningStep();
    const definition = keepDependencies(notebook.definition, before);
    await fabric.items.updateDefinition(workspaceId, item, itemDefinition(definition));
    items.set(notebook, item);
  });
  await mapBounded(plan.created, mostRequests, async (notebook) => {
    host.signal.throwIfAborted();
    const { itemName: displayName, definition } = notebook;
    const created = { workspaceId, displayName, description: descriptionOf(place), definition };
    items.set(notebook, await createNotebook(fabric, created, { ...host, open }));
  });
  return items;
}

function objectsOf(
  { notebooks, manifest }: FabricArtifact,
  items: ReadonlyMap<FabricNotebook, Item>,
): DeployedObject[] {
  const hashes = new Map(manifest.files.map((file) => [file.path, file.sha256]));
  return notebooks.map((notebook) => {
    const itemId = items.get(notebook)?.id;
    return {
      path: notebook.itemName,
      file: notebook.path,
      sha256: hashes.get(notebook.path)!,
      ...(itemId === undefined ? {} : { itemId }),
    };
  });
}

/**
 * The notebooks of the previous and of the new version. The "deploying" record lists both, since the next deployment may have to remove any
 * of them.
 */
function objectsOfBothVersions({ artifact, plan, before }: Switch): DeployedObject[] {
  const existing = [...plan.updated, ...plan.unchanged];
  const objects = objectsOf(artifact, new Map(existing.map(({ notebook, item }) => [notebook, item])));
  const names = new Set(objects.map((object) => nameKey(object.path)));
  const others = before.recorded?.record.objects.filter((object) => !names.has(nameKey(object.path)));
  return [...objects, ...(others ?? [])];
}
