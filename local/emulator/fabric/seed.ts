import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { nearestName } from "../../../shared/text/nearest-name.ts";
import { Refusal } from "../http/reply.ts";
import type { FabricTenantConfig, FabricWorkspaceConfig } from "./config.ts";
import type { Definition } from "./definitions.ts";
import { setContent } from "./item-content.ts";
import { readName } from "./item-requests.ts";
import type { Item, Items, ItemType } from "./items.ts";
import type { Capacity, FabricWorkspace, FabricWorkspaces } from "./workspaces.ts";

const defaultWorkspace: FabricWorkspaceConfig = { name: "local", lakehouses: ["local"] };

/** Fills the tenant from the config, as an administrator would set it up. */
export function seed(config: FabricTenantConfig, workspaces: FabricWorkspaces, items: Items): void {
  for (const capacity of config.capacities ?? []) checkId(capacity);
  for (const given of config.workspaces ?? [defaultWorkspace]) {
    checkId(given);
    const capacity = capacityOf(given, workspaces.capacities);
    const workspace = workspaces.add({ name: given.name, id: given.id, capacity });
    const add = (type: ItemType, entry: Entry, definition?: Definition) =>
      addItem(items, { workspace, type, entry, definition });
    for (const lakehouse of given.lakehouses ?? []) {
      const entry = named(lakehouse);
      const { folder } = add("Lakehouse", entry);
      if (entry.files !== undefined) cpSync(entry.files, join(folder, "Files"), { recursive: true });
    }
    for (const environment of given.environments ?? []) {
      const entry = named(environment);
      add("Environment", entry).libraries = entry.libraries ?? [];
    }
    for (const notebook of given.notebooks ?? []) {
      const entry = named(notebook);
      add("Notebook", entry, entry.file === undefined ? undefined : notebookDefinition(entry.file));
    }
    for (const name of given.sparkJobDefinitions ?? []) add("SparkJobDefinition", { name });
  }
}

interface Entry {
  name: string;
  id?: string;
}

const named = <T extends Entry>(given: string | T): Entry & Partial<T> =>
  typeof given === "string" ? ({ name: given } as Entry & Partial<T>) : given;

function addItem(
  items: Items,
  {
    workspace,
    type,
    entry,
    definition,
  }: {
    workspace: FabricWorkspace;
    type: ItemType;
    entry: Entry;
    definition: Definition | undefined;
  },
): Item {
  checkId(entry);
  const item = items.make(workspace, { type, displayName: entry.name, id: entry.id });
  try {
    readName(item, type);
    items.checkName(workspace, type, entry.name);
    setContent(item, definition);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { message, moreDetails } = error.reply.body as {
      message: string;
      moreDetails?: { message: string }[];
    };
    throw new Error(
      couldNot(
        `create the ${type} ${entry.name} of the config`,
        moreDetails?.[0]?.message ?? message,
        "correct it in notebook-ops.local.yml",
      ),
    );
  }
  return items.put(item);
}

function notebookDefinition(file: string): Definition {
  const isIpynb = file.endsWith(".ipynb");
  const path = `notebook-content.${isIpynb ? "ipynb" : "py"}`;
  return { format: isIpynb ? "ipynb" : "fabricGitSource", parts: [{ path, payload: readFileSync(file) }] };
}

function checkId({ name, id }: Entry): void {
  if (id === undefined || /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) return;
  throw new Error(
    couldNot(
      `give ${name} the id ${id}`,
      "it is not a GUID",
      "write one, or leave the id out for a random one",
    ),
  );
}

function capacityOf(
  { name, capacity }: FabricWorkspaceConfig,
  capacities: readonly Capacity[],
): Capacity | undefined {
  if (capacity === undefined) return capacities[0];
  const found = capacities.find(({ displayName }) => displayName === capacity);
  if (found) return found;
  const names = capacities.map(({ displayName }) => displayName);
  const nearest = nearestName(capacity, names);
  throw new Error(
    couldNot(
      `give the workspace ${name} the capacity ${capacity}`,
      "fabric.capacities has no such capacity",
      nearest === undefined ? `use one of ${names.join(", ")}` : `did you mean "${nearest}"?`,
    ),
  );
}
