import { compare, entryAt, type Listed, walk } from "./disk.ts";
import type { OneLakeItem, OneLakeItems, OneLakeWorkspace } from "./items.ts";
import type { ItemPath } from "./paths.ts";

/** A path in a list of a workspace. */
export interface ListedPath extends Listed {
  readonly item: OneLakeItem;
  /** From the item on, as the client names the item. */
  readonly name: string;
}

interface ListOptions {
  recursive: boolean;
  /** The name of the last path of the page before. */
  after: string | undefined;
  /** Takes the paths of the first level, and with them what is below. */
  only?: (name: string) => boolean;
}

/** What is below a path of an item, in a fixed order. */
export async function* listItem(
  { item, itemName, segments }: ItemPath,
  { recursive, after, only }: ListOptions,
): AsyncGenerator<ListedPath> {
  if (!(await entryAt(item.folder, segments))?.isDirectory) return; // above all, not through a link
  const skip = after?.split("/").slice(1 + segments.length);
  const isWanted = (segment: string) => only?.(join(itemName, ...segments, segment)) ?? true;
  for await (const listed of walk(item.folder, segments, { recursive, after: skip, only: isWanted }))
    yield { ...listed, item, name: join(itemName, ...listed.segments) };
}

/** The items of a workspace as folders, with what is in them. */
export async function* listWorkspace(
  items: OneLakeItems,
  workspace: OneLakeWorkspace,
  { recursive, after, only, byId }: ListOptions & { byId: boolean },
): AsyncGenerator<ListedPath> {
  const named = items.items(workspace).map((item) => ({
    item,
    itemName: byId ? item.id : `${item.name}.${item.type}`,
  }));
  named.sort((a, b) => compare(a.itemName, b.itemName));
  const skipTo = after?.split("/")[0];
  for (const { item, itemName } of named) {
    const order = skipTo === undefined ? 1 : compare(itemName, skipTo);
    if (order < 0 || !(only?.(itemName) ?? true)) continue;
    if (order > 0) yield { item, name: itemName, segments: [], isDirectory: true };
    const path = { workspace, item, itemName, segments: [] };
    if (recursive) yield* listItem(path, { recursive, after: order === 0 ? after : undefined });
  }
}

/** The first `size` of a list, and whether there are more. */
export async function page<T>(list: AsyncGenerator<T>, size: number): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  for await (const each of list) {
    if (items.length === size) return { items, more: true };
    items.push(each);
  }
  return { items, more: false };
}

function join(...names: string[]): string {
  return names.join("/");
}
