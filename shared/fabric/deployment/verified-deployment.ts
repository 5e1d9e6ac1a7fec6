import { formatFabricPath } from "../../deployment/fabric-path.ts";
import type { PublishedFile } from "../../deployment/published-files.ts";
import type { DeploymentRecord } from "../../deployment/record.ts";
import type { RecordNotebook } from "../../deployment/record-notebook.ts";
import type { ArtifactManifest } from "../../notebook/artifact/manifest.ts";
import { comparableCells } from "../../notebook/fabric/comparable-cells.ts";
import type { FabricNotebook } from "../../notebook/fabric/fabric-project.ts";
import { clause, couldNot } from "../../text/could-not.ts";
import type { Item } from "../api/items.ts";
import type { FabricClient } from "../connection.ts";
import { deployedItems, nameKey, type PlaceContent, readDefinitions, readPlace } from "./deployed-items.ts";
import type { DeploymentPlace } from "./place.ts";
import { areAsPublished, projectOf } from "./published-project.ts";

/** A deployment whose notebooks in the workspace have exactly the cells that were published. */
export interface VerifiedDeployment {
  record: DeploymentRecord;
  manifest: ArtifactManifest;
  /** The notebooks of the artifact with their items. */
  notebooks: { notebook: FabricNotebook; item: Item }[];
  /** The published files from which the notebooks were made, and the list of scenarios. */
  files: readonly PublishedFile[];
}

/**
 * The deployment of a package in a workspace, for a step that tests what is deployed there.
 * @throws if the notebooks are not those that were published and deployed there for the environment
 */
export async function requireDeployment(
  fabric: FabricClient,
  place: DeploymentPlace,
  { environment, tempFolder }: { environment: string; tempFolder: string },
): Promise<VerifiedDeployment> {
  const content = await readPlace(fabric, place);
  const { recorded } = content;
  if (recorded === undefined)
    throw new Error(
      couldNot(
        `test what is deployed in ${formatFabricPath(place)}`,
        `no deployment of ${place.packageName} is recorded in ${place.workspaceName}`,
        "deploy it there with NotebookDeployArtifact, or correct the input 'workspaceFolder'",
      ),
    );
  const { name, version } = recorded.record.artifact;
  const verification = await verify(fabric, { place, content, recorded, tempFolder }).catch(
    (error: Error) => `it could not be read (${clause(error.message)})`,
  );
  if (typeof verification === "string")
    throw new Error(
      couldNot(
        `verify that ${place.workspaceName} contains ${name} ${version}`,
        verification,
        "deploy it again with NotebookDeployArtifact",
      ),
    );
  if (recorded.record.environment === environment) return verification;
  throw new Error(
    couldNot(
      `test the environment ${environment} in ${place.workspaceName}`,
      `${name} ${version} was deployed there for the environment ${recorded.record.environment}`,
      "correct the input 'environment' or 'workspaceFolder'",
    ),
  );
}

/** Returns why the workspace may contain something else than the record says, as a clause. */
async function verify(
  fabric: FabricClient,
  {
    place,
    content,
    recorded: { record, published },
    tempFolder,
  }: { place: DeploymentPlace; content: PlaceContent; recorded: RecordNotebook; tempFolder: string },
): Promise<VerifiedDeployment | string> {
  if (record.state === "deploying") return "its deployment did not finish";
  const { artifact } = record;
  const isOfRecord =
    published !== undefined &&
    published.manifest.name === artifact.name &&
    published.manifest.version === artifact.version &&
    published.manifest.digest === artifact.digest &&
    areAsPublished(published.files, published.manifest.files);
  if (!isOfRecord) return "what its record contains is not what was published";
  const { notebooks: expected } = await projectOf(published.files, tempFolder);
  const items = deployedItems(content, record, place);
  const existing = expected.flatMap((notebook) => {
    const item = items.get(nameKey(notebook.itemName));
    return item ? [{ notebook, item, format: notebook.definition.format }] : [];
  });
  const definitions = await readDefinitions(fabric, place, existing);
  const verified = existing.filter(({ notebook, item }) => {
    const found = definitions.get(item.id);
    const cells = found && comparableCells(found);
    return cells !== undefined && cells === comparableCells(notebook.definition);
  });
  const isVerified = new Set(verified.map(({ notebook }) => notebook));
  const differing = expected.find((notebook) => !isVerified.has(notebook));
  if (differing) return `the notebook "${differing.itemName}" differs from what was published`;
  return {
    record,
    manifest: published.manifest,
    notebooks: verified.map(({ notebook, item }) => ({ notebook, item })),
    files: published.files,
  };
}
