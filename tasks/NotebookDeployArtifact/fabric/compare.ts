import type { Item } from "../../../shared/fabric/api/items.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import { listNotebooks, nameKey, readDefinitions } from "../../../shared/fabric/deployment/deployed-items.ts";
import type { DeploymentPlace } from "../../../shared/fabric/deployment/place.ts";
import { wait } from "../../../shared/http/wait.ts";
import type { FabricNotebook } from "../../../shared/notebook/fabric/fabric-project.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import { hasSameCells } from "./plan.ts";
import type { FabricArtifact } from "./project.ts";

/** A read may return the content before a recent write, so a difference counts only after several reads. */
const rereadAfterMs = [250, 1_000, 2_000];

/**
 * Fails unless each notebook of the artifact is in the workspace with the cells of the artifact, since somebody may have edited one during the
 * deployment.
 * @param items the item of each notebook
 */
export async function requireDeployed(
  fabric: FabricClient,
  { notebooks, manifest }: FabricArtifact,
  {
    place,
    items,
    signal,
  }: { place: DeploymentPlace; items: ReadonlyMap<FabricNotebook, Item>; signal: AbortSignal },
): Promise<void> {
  let differing: readonly FabricNotebook[] = notebooks;
  for (const pauseMs of [0, ...rereadAfterMs]) {
    await wait(pauseMs, signal);
    const listed = await listNotebooks(fabric, place);
    const toRead = differing.flatMap((notebook) => {
      const item = listed.get(nameKey(notebook.itemName));
      const isSame = item !== undefined && item.id === items.get(notebook)?.id;
      return isSame ? [{ notebook, item, format: notebook.definition.format }] : [];
    });
    const definitions = await readDefinitions(fabric, place, toRead);
    signal.throwIfAborted();
    const isDeployed = new Set(
      toRead.flatMap(({ notebook, item }) => {
        const found = definitions.get(item.id);
        return found && hasSameCells(found, notebook.definition) ? [notebook] : [];
      }),
    );
    differing = differing.filter((notebook) => !isDeployed.has(notebook));
    if (differing.length === 0) return;
  }
  const others = differing.length > 1 ? ` and ${differing.length - 1} more` : "";
  throw new Error(
    couldNot(
      `deploy ${manifest.name} ${manifest.version} to ${place.workspaceName}`,
      `the notebook "${differing[0]!.itemName}"${others} differs from what was written, so somebody else is changing the workspace`,
      "find out who changes it, and run the step again",
    ),
  );
}
