import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import {
  type DeployedObject,
  type DeploymentRecord,
  RECORD_FILE,
  readRecord,
} from "../../shared/databricks/deployment-record.ts";
import { importedPath } from "../../shared/databricks/upload-folder.ts";
import type { ObjectInfo } from "../../shared/databricks/workspace.ts";
import { listBelow } from "../../shared/databricks/workspace-folders.ts";
import type { Artifact, ArtifactContent } from "./artifact.ts";

/** What a folder of the workspace holds, by path in the folder. */
export interface Survey {
  objects: Map<string, ObjectInfo>;
  record?: DeploymentRecord;
}

/** What has to change so that the folder holds an artifact. */
export interface Plan {
  /** To be written: new, of other content, or edited in the workspace since they were deployed. */
  changed: ArtifactContent[];
  /** Paths of objects of the version before that this one does not have. */
  removed: string[];
  /** Those of the above that must go before the first is written: of another type, or where a folder is to be. */
  inTheWay: string[];
  /** What will be there, for the record. */
  objects: DeployedObject[];
}

export async function survey(workspace: DatabricksWorkspace, target: string): Promise<Survey> {
  const listed = await listBelow(workspace.workspace, target);
  const objects = new Map(listed.map((object) => [object.path.slice(target.length + 1), object]));
  return { objects, record: objects.has(RECORD_FILE) ? await readRecord(workspace, target) : undefined };
}

/** Fails with one sentence where an object that no deployment put there stands in the way. */
export function planSwitch(artifact: Artifact, { objects, record }: Survey, target: string): Plan {
  const deployed = new Map((record?.objects ?? []).map((object) => [object.path, object]));
  const wanted = new Map(artifact.files.map((file) => [importedPath(file), file]));
  refuseForeign([...wanted.keys()], { objects, deployed }, target);
  const removed = [...deployed.keys()].filter((path) => !wanted.has(path) && isLeaf(objects.get(path)));
  const recordedOn = objects.get(RECORD_FILE)?.modified_at ?? Number.POSITIVE_INFINITY;
  const isAsDeployed = (path: string, file: ArtifactContent) => {
    const found = objects.get(path);
    return (
      record?.state === "deployed" &&
      found?.object_type === typeOf(file) &&
      deployed.get(path)?.sha256 === file.sha256 &&
      !((found.modified_at ?? 0) > recordedOn)
    );
  };
  const otherType = [...wanted].filter(([path, file]) => {
    const found = objects.get(path);
    return isLeaf(found) && found.object_type !== typeOf(file);
  });
  return {
    changed: [...wanted].filter(([path, file]) => !isAsDeployed(path, file)).map(([, file]) => file),
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

/** Whether the folder holds this very artifact, untouched since; a manifest that names another build is no difference. */
export function isDeployed(artifact: Artifact, plan: Plan, { record }: Survey, environment: string): boolean {
  const { name, version, digest } = artifact.manifest;
  const before = record?.artifact;
  return (
    record?.environment === environment &&
    before?.name === name &&
    before.version === version &&
    before.digest === digest &&
    plan.removed.length === 0 &&
    plan.changed.every((file) => file === artifact.files.at(-1))
  );
}

function refuseForeign(
  wanted: readonly string[],
  { objects, deployed }: { objects: Survey["objects"]; deployed: ReadonlyMap<string, DeployedObject> },
  target: string,
): void {
  const foreign = [...objects]
    .filter(([path, object]) => isLeaf(object) && path !== RECORD_FILE && !deployed.has(path))
    .map(([path]) => path);
  for (const path of wanted) {
    const inTheWay = foreign.find(
      (other) => other === path || path.startsWith(`${other}/`) || other.startsWith(`${path}/`),
    );
    if (inTheWay !== undefined)
      throw new Error(
        `Could not deploy to ${target}: no deployment put ${inTheWay} there, which stands in the way of ${path}; move it, or choose another workspaceFolder.`,
      );
  }
}

function isLeaf(object: ObjectInfo | undefined): object is ObjectInfo {
  return object !== undefined && object.object_type !== "DIRECTORY";
}

function typeOf(file: ArtifactContent): "NOTEBOOK" | "FILE" {
  return file.format.kind === "plain" ? "FILE" : "NOTEBOOK";
}
