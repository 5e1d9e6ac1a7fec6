import type { ObjectInfo } from "../../shared/databricks/api/workspace.ts";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { readRecord } from "../../shared/databricks/folders/deployed-record.ts";
import { importedPath } from "../../shared/databricks/folders/upload-folder.ts";
import { listBelow } from "../../shared/databricks/folders/workspace-folders.ts";
import { type DeployedObject, type DeploymentRecord, recordFile } from "../../shared/deployment/record.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Artifact, ArtifactContent } from "./artifact.ts";
import type { Inputs } from "./inputs.ts";

type DeploymentSite = Pick<Inputs, "environment" | "target">;

/** What a folder of the workspace holds, by path in the folder. */
export interface Survey {
  objects: Map<string, ObjectInfo>;
  record?: DeploymentRecord;
}

/** What has to change so that the folder holds an artifact. */
export interface Plan {
  /** To be written: all that is not known to have this very content. */
  changed: ArtifactContent[];
  /** Paths of objects of the version before that this one does not have. */
  removed: string[];
  /** Those of the above that must go before the first is written: of another type, or where a folder is to be. */
  inTheWay: string[];
  /** What will be there, for the record. */
  objects: DeployedObject[];
}

export async function survey(databricks: DatabricksClient, target: string): Promise<Survey> {
  const listed = await listBelow(databricks.workspace, target);
  const objects = new Map(listed.map((object) => [object.path.slice(target.length + 1), object]));
  return { objects, record: objects.has(recordFile) ? await readRecord(databricks, target) : undefined };
}

/**
 * Fails with one sentence if an object that no deployment put there is in the way.
 * @param unchanged paths of objects whose content was compared with the artifact's and is the same
 */
export function planSwitch(
  artifact: Artifact,
  { objects, record }: Survey,
  { target, unchanged }: { target: string; unchanged: ReadonlySet<string> },
): Plan {
  const deployed = new Map((record?.objects ?? []).map((object) => [object.path, object]));
  const wanted = new Map(artifact.files.map((file) => [importedPath(file), file]));
  refuseForeign([...wanted.keys()], { objects, deployed }, target);
  const removed = [...deployed.keys()].filter((path) => !wanted.has(path) && isLeaf(objects.get(path)));
  const otherType = [...wanted].filter(([path, file]) => {
    const found = objects.get(path);
    return isLeaf(found) && found.object_type !== typeOf(file);
  });
  return {
    changed: [...wanted].filter(([path]) => !unchanged.has(path)).map(([, file]) => file),
    removed,
    inTheWay: [
      ...otherType.map(([path]) => path),
      ...removed.filter((path) =>
        [...wanted.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`)),
      ),
    ],
    objects: [...wanted].map(([path, file]) => ({ path, file: file.path, sha256: file.sha256 })),
  };
}

/**
 * Whether the record says that the folder has this very artifact, which is a reason to compare its content and no evidence of it; a
 * manifest that names another build is no difference.
 */
export function isRecorded({ manifest }: Artifact, { record }: Survey, of: DeploymentSite): boolean {
  return (
    record?.state === "deployed" &&
    record.environment === of.environment &&
    record.workspaceFolder === of.target &&
    record.artifact.name === manifest.name &&
    record.artifact.version === manifest.version &&
    record.artifact.digest === manifest.digest
  );
}

function refuseForeign(
  wanted: readonly string[],
  { objects, deployed }: { objects: Survey["objects"]; deployed: ReadonlyMap<string, DeployedObject> },
  target: string,
): void {
  const foreign = [...objects]
    .filter(([path, object]) => isLeaf(object) && !deployed.has(path))
    .map(([path]) => path);
  for (const path of wanted) {
    const inTheWay = foreign.find(
      (other) => other === path || path.startsWith(`${other}/`) || other.startsWith(`${path}/`),
    );
    if (inTheWay !== undefined)
      throw new Error(
        couldNot(
          `deploy ${path} to ${target}`,
          `${inTheWay} is in the way, and it is not from a deployment`,
          "move it, or choose another workspaceFolder",
        ),
      );
  }
}

function isLeaf(object: ObjectInfo | undefined): object is ObjectInfo {
  return object !== undefined && object.object_type !== "DIRECTORY";
}

export function typeOf(file: ArtifactContent): "NOTEBOOK" | "FILE" {
  return file.format.kind === "plain" ? "FILE" : "NOTEBOOK";
}
