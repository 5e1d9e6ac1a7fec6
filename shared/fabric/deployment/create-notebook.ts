import { RequestError } from "../../http/errors.ts";
import { createOnce, NothingCreated } from "../../intent/create-once.ts";
import type { OpenRequests } from "../../intent/open-requests.ts";
import type { FabricDefinition } from "../../notebook/fabric/definition.ts";
import type { ClientHost } from "../../task/host.ts";
import { StateLog } from "../../task/state-log.ts";
import { duration } from "../../text/duration.ts";
import type { Item } from "../api/items.ts";
import type { FabricClient } from "../connection.ts";
import { itemDefinition } from "../notebooks/item-definition.ts";

interface NewNotebook {
  workspaceId: string;
  displayName: string;
  /** By which it is known again after an answer that was lost: at most 256 characters. */
  description: string;
  /** Without one it is empty. */
  definition?: FabricDefinition;
}

/**
 * Creates a notebook once. Its name is unique in the workspace, so whatever has that name and description after an unclear answer is the one. Waits
 * while Fabric reserves the name of a notebook that was deleted.
 */
export async function createNotebook(
  { items }: FabricClient,
  { workspaceId, displayName, description, definition }: NewNotebook,
  { log, signal, open }: Pick<ClientHost, "log" | "signal"> & { open: OpenRequests },
): Promise<Item> {
  const states = new StateLog(log, `Notebook ${displayName}`);
  const startMs = performance.now();
  let isAdopted = false;
  const adopt = (item: Item) => {
    isAdopted = true;
    return item;
  };
  const find = async () => {
    for await (const item of items.list(workspaceId, "Notebook"))
      if (item.displayName === displayName && item.description === description) return [item];
    return [];
  };
  const item = await createOnce<Item, Item>({
    thing: `notebook "${displayName}"`,
    create: () =>
      items
        .create(
          workspaceId,
          {
            type: "Notebook",
            displayName,
            description,
            ...(definition ? { definition: itemDefinition(definition) } : {}),
          },
          {
            pauseSignal: signal,
            onPause: ({ cameBack }, delayMs) =>
              states.show({
                state: "waiting",
                message: `Fabric ${cameBack}; next attempt in ${duration(delayMs / 1000)}`,
                elapsedMs: performance.now() - startMs,
              }),
          },
        )
        .catch(async (error: unknown) => {
          const [existing] = isConflict(error) ? await find() : [];
          if (existing === undefined) throw error;
          return adopt(existing);
        }),
    find,
    adopt,
    open,
    log,
    signal,
  }).catch((error: unknown) => {
    throw error instanceof NothingCreated ? error.cause : error;
  });
  // Nothing says whether a notebook whose creation had no answer has its content already.
  if (isAdopted && definition) await items.updateDefinition(workspaceId, item, itemDefinition(definition));
  return item;
}

function isConflict(error: unknown): boolean {
  return error instanceof RequestError && error.kind === "conflict";
}
