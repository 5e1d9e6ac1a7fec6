import type { ObjectInfo } from "../../../shared/databricks/api/workspace.ts";
import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { readRecord } from "../../../shared/databricks/folders/deployed-record.ts";
import { importedPath } from "../../../shared/databricks/folders/upload-folder.ts";
import { listBelow } from "../../../shared/databricks/folders/workspace-folders.ts";
import { type DeployedObject, type DeploymentRecord, recordFile } from "../../../shared/deployment/record.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { ArtifactContent, ImportableArtifact } from "./files.ts";

/** The content of the folder to deploy to. */
export interface TargetContent {
  /** By path in the folder. */
  objects: Map<string, ObjectInfo>;
  /** Undefined if the folder has no valid record. */
  record?: DeploymentRecord;
}

/** The changes by which the folder gets the content of an artifact. */
export interface Plan {
  /** The files to write: all whose object is not known to have the same content. */
  changed: ArtifactContent[];
  /** Paths of the objects of the previous version that the new version does not have. */
  removed: string[];
  /** Paths of the objects to delete before the first file is written, because they have another type or the path of a new folder. */
  inTheWay: string[];
  /** The objects after the changes, for the record. */
  objects: DeployedObject[];
}

/** Lists the folder to deploy to and reads its record. */
export async function readTarget(databricks: DatabricksClient, target: string): Promise<TargetContent> {
  const listed = await listBelow(databricks.workspace, target);
  const objects = new Map(listed.map((object) => [object.path.slice(target.length + 1), object]));
  return { objects, record: objects.has(recordFile) ? await readRecord(databricks, target) : undefined };
}

/**
 * Plans the changes. Fails with one sentence if an object that no deployment put there is in the way.
 * @param unchanged paths of the objects whose content was compared with the artifact's and is the same
 */
export function planSwitch(
  artifact: ImportableArtifact,
  { objects, record }: TargetContent,
  { target, unchanged }: { target: string; unchanged: ReadonlySet<string> },
): Plan {
  const deployed = new Map((record?.objects ?? []).map((object) => [object.path, object]));
  const files = new Map(artifact.files.map((file) => [importedPath(file), file]));
  refuseForeignObjects([...files.keys()], { objects, deployed }, target);
  const removed = [...deployed.keys()].filter((path) => !files.has(path) && isLeaf(objects.get(path)));
  const ofOtherType = [...files].filter(([path, file]) => {
    const found = objects.get(path);
    return isLeaf(found) && found.object_type !== typeOf(file);
  });
  return {
    changed: [...files].filter(([path]) => !unchanged.has(path)).map(([, file]) => file),
    removed,
    inTheWay: [
      ...ofOtherType.map(([path]) => path),
      ...removed.filter((path) =>
        [...files.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`)),
      ),
    ],
    objects: [...files].map(([path, file]) => ({ path, file: file.path, sha256: file.sha256 })),
  };
}

/**
 * Whether the record says that this artifact is deployed in the folder. The record proves nothing, so the content must be compared, too.
 * The build that published the artifact makes no difference.
 */
export function isRecorded(
  { manifest }: ImportableArtifact,
  { record }: TargetContent,
  { environment, target }: { environment: string; target: string },
): boolean {
  return (
    record?.state === "deployed" &&
    record.environment === environment &&
    record.workspaceFolder === target &&
    record.artifact.name === manifest.name &&
    record.artifact.version === manifest.version &&
    record.artifact.digest === manifest.digest
  );
}

/** Fails if an object that no deployment put there has the path of a file or of its folder, or is in a folder with a file's path. */
function refuseForeignObjects(
  paths: readonly string[],
  { objects, deployed }: { objects: TargetContent["objects"]; deployed: ReadonlyMap<string, DeployedObject> },
  target: string,
): void {
  const foreign = [...objects]
    .filter(([path, object]) => isLeaf(object) && !deployed.has(path))
    .map(([path]) => path);
  for (const path of paths) {
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
