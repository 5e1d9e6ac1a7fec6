import { mapBounded } from "../../concurrency/bounded.ts";
import type { Intent } from "../../intent/intent.ts";
import { withItemNames } from "../../notebook/fabric/definition.ts";
import type { FabricNotebook, FabricProject } from "../../notebook/fabric/fabric-project.ts";
import type { Item } from "../api/items.ts";
import { itemDefinition } from "./item-definition.ts";
import { type TemporaryNotebooks, temporaryName } from "./temporary-notebooks.ts";

/** Creations at the same time. */
const mostRequests = 8;

/**
 * Creates the notebooks of a project in the workspace, those to run and those that they include. `%run` in them names the items that this
 * step creates, not others that may have the same names in the workspace.
 * @returns the item of each notebook
 */
export async function createNotebooks(
  notebooks: TemporaryNotebooks,
  { project, intent, signal }: { project: FabricProject; intent: Intent; signal: AbortSignal },
): Promise<Map<FabricNotebook, Item>> {
  const all = [...project.notebooks, ...project.included];
  const displayNames = new Map(
    all.map(({ name, itemName }, number) => [itemName, temporaryName({ name, number }, intent.id)]),
  );
  const items = new Map<FabricNotebook, Item>();
  await mapBounded(all, mostRequests, async (notebook) => {
    signal.throwIfAborted();
    const definition = itemDefinition(withItemNames(notebook.definition, displayNames));
    const displayName = displayNames.get(notebook.itemName)!;
    items.set(notebook, await notebooks.create({ displayName, definition }, intent));
  });
  return items;
}
