import type { DeploymentRecord } from "../../../shared/deployment/record.ts";
import { formatRecordNotebook } from "../../../shared/deployment/record-notebook.ts";
import type { Item } from "../../../shared/fabric/api/items.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import { createNotebook } from "../../../shared/fabric/deployment/create-notebook.ts";
import { readPlace } from "../../../shared/fabric/deployment/deployed-items.ts";
import { type DeploymentPlace, descriptionOf, recordName } from "../../../shared/fabric/deployment/place.ts";
import { itemDefinition } from "../../../shared/fabric/notebooks/item-definition.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { Journal, Log, TaskHost } from "../../../shared/task/host.ts";
import { readCompletion, writeFinalRecord } from "./completion.ts";
import { journalKeys } from "./journal.ts";

/**
 * Writes the record with the state "deploying". If an attempt has no clear answer it may still take effect after the final record was
 * written, so the journal counts it.
 * @param existing the notebook with the record, if there is one
 */
export async function writeDeployingRecord(
  host: TaskHost,
  fabric: FabricClient,
  {
    place,
    existing,
    record,
  }: { place: DeploymentPlace; existing: Item | undefined; record: DeploymentRecord },
): Promise<Item> {
  const definition = formatRecordNotebook({ record });
  if (existing === undefined)
    return createNotebook(
      fabric,
      {
        workspaceId: place.workspaceId,
        displayName: recordName(place),
        description: descriptionOf(place),
        definition,
      },
      { ...host, open: new OpenRequests(host.journal, journalKeys.openNotebooks) },
    );
  const open = new OpenRequests(host.journal, journalKeys.openRecord);
  open.requireRunningStep();
  await fabric.items.updateDefinition(place.workspaceId, existing, itemDefinition(definition), () =>
    open.doubt(),
  );
  return existing;
}

/** Tells the post-job step where the final record is, if a "deploying" record may still overwrite it. Returns whether it may. */
export function keepFinalRecord({ journal }: { journal: Journal }, { folder, place }: FinalRecord): boolean {
  if (!new OpenRequests(journal, journalKeys.openRecord).any) return false;
  journal.write(journalKeys.record, JSON.stringify({ folder, place } satisfies FinalRecord));
  return true;
}

interface FinalRecord {
  place: DeploymentPlace;
  /** On the agent, of saveCompletion. */
  folder: string;
}

/** Writes the final record again if a "deploying" record of the same deployment has overwritten it. */
export async function restoreFinalRecord(
  fabric: FabricClient,
  { journal, log }: { journal: Journal; log: Log },
): Promise<void> {
  const text = journal.read(journalKeys.record);
  if (text === undefined) return;
  const { place, folder } = JSON.parse(text) as FinalRecord;
  const { deployedOn } = await readCompletion(folder);
  await new OpenRequests(journal, journalKeys.openRecord).settle(async () => {
    const record = (await readPlace(fabric, place)).recorded?.record;
    if (record?.state !== "deploying" || record.deployedOn !== deployedOn) return 0;
    await writeFinalRecord(fabric, folder, place);
    log.line(`Wrote the record of ${place.packageName} again: a late request had overwritten it.`);
    return 1;
  });
}
