import type { Directory } from "../entra/directory.ts";
import type { OneLakeItem, OneLakeItems, OneLakeWorkspace } from "../onelake/items.ts";
import type { Item, Items, ItemType } from "./items.ts";
import type { FabricWorkspace, FabricWorkspaces } from "./workspaces.ts";

/** A Spark job definition has its `Main` and `Libs` there. */
const typesWithFiles: readonly ItemType[] = ["Lakehouse", "SparkJobDefinition"];

/** The items as OneLake sees them. */
export function oneLakeItems(workspaces: FabricWorkspaces, items: Items, directory: Directory): OneLakeItems {
  const inside = ({ id }: OneLakeWorkspace) => workspaces.find(id) as FabricWorkspace;
  const hasFiles = ({ type }: Item) => typesWithFiles.includes(type);
  return {
    workspace: (name) => {
      const found = workspaces.find(name);
      return found && { id: found.id, name: found.displayName, isPaused: found.capacity?.state === "Paused" };
    },
    item: (workspace, name) => {
      const [, displayName, type] = /^(.+)\.(\w+)$/.exec(name) ?? [];
      const found =
        items.find(inside(workspace), name) ??
        (displayName && type ? items.named(inside(workspace), type, displayName) : undefined);
      return found && hasFiles(found) ? shown(found) : undefined;
    },
    items: (workspace) => items.of(inside(workspace)).filter(hasFiles).map(shown),
    // A viewer reads OneLake through SQL only: https://learn.microsoft.com/fabric/fundamentals/roles-workspaces
    access: (_workspace, principalId) => {
      const role = directory.all().find(({ objectId }) => objectId === principalId)?.fabricRole;
      return role === undefined || role === "Viewer" ? "none" : "write";
    },
  };
}

const shown = ({ id, displayName, type, folder }: Item): OneLakeItem => ({
  id,
  name: displayName,
  type,
  folder,
});
