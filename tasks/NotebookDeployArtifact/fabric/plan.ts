import type { Item } from "../../../shared/fabric/api/items.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import {
  deployedItems,
  nameKey,
  type PlaceContent,
  readDefinitions,
} from "../../../shared/fabric/deployment/deployed-items.ts";
import type { DeploymentPlace } from "../../../shared/fabric/deployment/place.ts";
import { comparableCells } from "../../../shared/notebook/fabric/comparable-cells.ts";
import type { FabricDefinition } from "../../../shared/notebook/fabric/definition.ts";
import type { FabricNotebook } from "../../../shared/notebook/fabric/fabric-project.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { FabricArtifact } from "./project.ts";

/** The changes by which the workspace gets the notebooks of an artifact. */
export interface Plan {
  /** Notebooks of the previous version whose cells differ, with their present definitions. */
  updated: { notebook: FabricNotebook; item: Item; before: FabricDefinition }[];
  created: FabricNotebook[];
  unchanged: { notebook: FabricNotebook; item: Item }[];
  /** Notebooks of the previous version that the new version does not have. */
  removed: Item[];
}

/** Plans the changes. Fails if a notebook that no deployment put there is in the way. */
export async function planSwitch(
  fabric: FabricClient,
  artifact: FabricArtifact,
  { place, content }: { place: DeploymentPlace; content: PlaceContent },
): Promise<Plan> {
  refuseForeignNotebooks(artifact, { place, content });
  const { notebooks } = artifact;
  const deployed = deployedItems(content, content.recorded?.record, place);
  const names = new Set(notebooks.map(({ itemName }) => nameKey(itemName)));
  const plan: Plan = {
    updated: [],
    created: [],
    unchanged: [],
    removed: [...deployed].flatMap(([name, item]) => (names.has(name) ? [] : [item])),
  };
  const existing = notebooks.flatMap((notebook) => {
    const item = deployed.get(nameKey(notebook.itemName));
    return item ? [{ notebook, item, format: notebook.definition.format }] : [];
  });
  const definitions = await readDefinitions(fabric, place, existing);
  for (const notebook of notebooks) {
    const item = deployed.get(nameKey(notebook.itemName));
    const before = item && definitions.get(item.id);
    if (item === undefined || before === undefined) plan.created.push(notebook);
    else if (hasSameCells(before, notebook.definition)) plan.unchanged.push({ notebook, item });
    else plan.updated.push({ notebook, item, before });
  }
  return plan;
}

export function hasSameCells(one: FabricDefinition, other: FabricDefinition): boolean {
  const cells = comparableCells(one);
  return cells !== undefined && cells === comparableCells(other);
}

/** Fails if a notebook that no deployment put there has the name of one of the artifact. */
export function refuseForeignNotebooks(
  { notebooks }: FabricArtifact,
  { place, content }: { place: DeploymentPlace; content: PlaceContent },
): void {
  const deployed = deployedItems(content, content.recorded?.record, place);
  const foreign = notebooks.find(({ itemName }) => {
    const key = nameKey(itemName);
    return content.notebooks.has(key) && !deployed.has(key);
  });
  if (foreign === undefined) return;
  throw new Error(
    couldNot(
      `deploy ${foreign.path} to ${place.workspaceName}`,
      `a notebook named "${foreign.itemName}" is in the way, and it is not from a deployment of ${place.packageName}`,
      "rename or delete it, or choose another fabricWorkspace",
    ),
  );
}
