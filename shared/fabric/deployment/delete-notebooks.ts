import { mapBounded } from "../../concurrency/bounded.ts";
import { RequestError } from "../../http/errors.ts";
import { wait } from "../../http/wait.ts";
import { couldNot } from "../../text/could-not.ts";
import type { Item } from "../api/items.ts";
import type { FabricClient } from "../connection.ts";
import { type DeploymentPlace, mostRequests } from "./place.ts";

/** A list may show a notebook for a while after it was deleted. */
const lookAgainAfterMs = [0, 1_000, 2_000];

/**
 * Deletes notebooks, and looks whether they are gone: whatever answers in Fabric's place may say so of a deletion that was refused. Those that
 * do not exist count as deleted.
 */
export async function deleteNotebooks(
  { items }: FabricClient,
  { workspaceId, workspaceName }: DeploymentPlace,
  notebooks: readonly Pick<Item, "id" | "displayName">[],
): Promise<void> {
  let left = [...notebooks];
  for (const pauseMs of lookAgainAfterMs) {
    if (left.length === 0) return;
    await wait(pauseMs);
    const gone = new Set<string>();
    await mapBounded(left, mostRequests, async (item) => {
      await items.delete(workspaceId, item).catch((error: unknown) => {
        if (!(error instanceof RequestError && error.kind === "notFound")) throw error;
        gone.add(item.id);
      });
    });
    left = left.filter(({ id }) => !gone.has(id));
    if (left.length === 0) return;
    const listed = new Set<string>();
    for await (const { id } of items.list(workspaceId, "Notebook")) listed.add(id);
    left = left.filter(({ id }) => listed.has(id));
  }
  if (left.length === 0) return;
  throw new Error(
    couldNot(
      `delete the notebook "${left[0]!.displayName}" in ${workspaceName}`,
      "Fabric says that it is deleted, and lists it nevertheless",
      "run the step again",
    ),
  );
}
