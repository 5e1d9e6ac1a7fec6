import { RequestError } from "../http/errors.ts";
import { InputError } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { isId } from "./api/ids.ts";
import { type Item, type ItemType, words } from "./api/items.ts";
import type { ItemReference } from "./api/jobs.ts";
import type { Workspace } from "./api/workspaces.ts";
import type { FabricClient } from "./connection.ts";

/**
 * A workspace by its name or id.
 * @throws InputError if there is none, or several of that name
 */
export async function findWorkspace(fabric: FabricClient, name: string): Promise<Workspace> {
  if (isId(name)) return fabric.workspaces.get(name.toLowerCase());
  const all: Workspace[] = [];
  for await (const workspace of fabric.workspaces.list()) all.push(workspace);
  return onlyOne(`find the Fabric workspace "${name}"`, name, all, {
    none:
      all.length === 0
        ? `${fabric.identity.description} has no role in any workspace`
        : `${fabric.identity.description} has a role in ${all.length === 1 ? "one workspace" : `${all.length} workspaces`}, but in none of that name`,
    advice: "give the service connection's application the role Contributor in the workspace (Manage access)",
  });
}

/**
 * An item of a workspace by its name or id.
 * @throws InputError if there is none, or several of that name
 */
export async function findItem(
  fabric: FabricClient,
  workspace: Workspace,
  { type, name }: { type: ItemType; name: string },
): Promise<Item> {
  const attempt = `find the ${words[type]} "${name}" in the Fabric workspace "${workspace.displayName}"`;
  if (isId(name)) {
    const item = await fabric.items.get(workspace.id, name.toLowerCase()).catch((error: unknown) => {
      if (error instanceof RequestError && error.kind === "notFound") return undefined;
      throw error;
    });
    if (item?.type === type) return item;
    throw new InputError(
      couldNot(
        attempt,
        item === undefined ? "it has no item with that id" : `the item with that id is a ${item.type}`,
        "check the id, and that the item is in this workspace",
      ),
    );
  }
  const all: Item[] = [];
  for await (const item of fabric.items.list(workspace.id, type)) all.push(item);
  return onlyOne(attempt, name, all, {
    none:
      all.length === 0
        ? `it has no ${words[type]}`
        : `it has ${all.length === 1 ? `one ${words[type]}` : `${all.length} ${words[type]}s`}, but none of that name`,
    advice:
      type === "Lakehouse"
        ? "check the name; a lakehouse of another workspace is given as workspace/lakehouse"
        : "check the name, and that the item is in this workspace",
  });
}

/**
 * A lakehouse by its name or id, or by `workspace/lakehouse` if it is in another workspace.
 * @throws InputError if there is none, or several of that name
 */
export async function findLakehouse(
  fabric: FabricClient,
  workspace: Workspace,
  name: string,
): Promise<ItemReference & { displayName: string }> {
  const slash = name.lastIndexOf("/");
  const place = slash < 0 ? workspace : await findWorkspace(fabric, name.slice(0, slash).trim());
  const { id, displayName } = await findItem(fabric, place, {
    type: "Lakehouse",
    name: name.slice(slash + 1).trim(),
  });
  return { referenceType: "ById", workspaceId: place.id, itemId: id, displayName };
}

/** Names are compared as Fabric does, by case; a single one that differs only in its case is taken, too. */
function onlyOne<T extends { displayName: string; id: string }>(
  attempt: string,
  name: string,
  all: readonly T[],
  { none, advice }: { none: string; advice: string },
): T {
  const exact = all.filter(({ displayName }) => displayName === name);
  const found =
    exact.length > 0
      ? exact
      : all.filter(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new InputError(
      couldNot(
        attempt,
        `there are ${found.length} of that name (${found.map(({ id }) => id).join(", ")})`,
        "give the id instead of the name",
      ),
    );
  throw new InputError(
    couldNot(
      attempt,
      none,
      didYouMean(
        name,
        all.map(({ displayName }) => displayName),
        advice,
      ),
    ),
  );
}
