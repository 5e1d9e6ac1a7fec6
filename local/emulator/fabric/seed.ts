import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { nearestName } from "../../../shared/text/nearest-name.ts";
import type { FabricTenantConfig, FabricWorkspaceConfig } from "./config.ts";
import type { Item, Items } from "./items.ts";
import type { Capacity, FabricWorkspaces } from "./workspaces.ts";

const defaultWorkspace: FabricWorkspaceConfig = { name: "local", lakehouses: ["local"] };

/** Fills the tenant from the config, as an administrator would set it up. */
export function seed(config: FabricTenantConfig, workspaces: FabricWorkspaces, items: Items): void {
  for (const given of config.workspaces ?? [defaultWorkspace]) {
    const { name, id } = given;
    const capacity = capacityOf(given, workspaces.capacities);
    const workspace = workspaces.add({ name, ...(id ? { id } : {}), ...(capacity ? { capacity } : {}) });
    for (const lakehouse of given.lakehouses ?? []) {
      const { name, id, files } = named(lakehouse);
      const item = items.add(workspace, { type: "Lakehouse", displayName: name, id });
      makeLakehouseFolders(item);
      if (files !== undefined) cpSync(files, join(item.folder, "Files"), { recursive: true });
    }
    for (const environment of given.environments ?? []) {
      const { name, id } = named(environment);
      items.add(workspace, { type: "Environment", displayName: name, id });
    }
    for (const notebook of given.notebooks ?? []) {
      const { name, id } = named(notebook);
      items.add(workspace, { type: "Notebook", displayName: name, id });
    }
    for (const displayName of given.sparkJobDefinitions ?? [])
      items.add(workspace, { type: "SparkJobDefinition", displayName });
  }
}

export function makeLakehouseFolders({ folder }: Item): void {
  for (const name of ["Files", "Tables"]) mkdirSync(join(folder, name), { recursive: true });
}

const named = <T extends { name: string }>(given: string | T): T | ({ name: string } & Partial<T>) =>
  typeof given === "string" ? ({ name: given } as { name: string } & Partial<T>) : given;

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
