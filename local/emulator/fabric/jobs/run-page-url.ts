import type { JobInstance } from "./job-instance.ts";

/** The page of a run, with the path that it has in the portal. */
export function runPageUrl(origin: string, { id, item }: JobInstance): string {
  const place = `${origin}/groups/${item.workspace.id}`;
  return item.type === "Notebook"
    ? `${place}/synapsenotebooks/${item.id}/snapshots/${id}`
    : `${place}/sparkJobDefinitions/${item.id}/runs/${id}`;
}
