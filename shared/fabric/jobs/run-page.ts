import type { FabricAddresses } from "../addresses.ts";
import type { ItemId } from "../api/jobs.ts";

type Portal = Pick<FabricAddresses, "portal">;

/** The page of a notebook's run, with the notebook as it ran. */
export function notebookRunPage({ portal }: Portal, { workspaceId, itemId }: ItemId, runId: string): string {
  return `${portal}/groups/${workspaceId}/synapsenotebooks/${itemId}/snapshots/${runId}`;
}

/** The page of a run of a Spark job definition. */
export function sparkJobRunPage({ portal }: Portal, { workspaceId, itemId }: ItemId, runId: string): string {
  return `${portal}/groups/${workspaceId}/sparkJobDefinitions/${itemId}/runs/${runId}`;
}
