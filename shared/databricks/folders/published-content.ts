import { createHash } from "node:crypto";
import { originalPath } from "../../deployment/record.ts";
import type { ArtifactFile } from "../../notebook/artifact/digest.ts";
import { formatOf, possibleSources } from "../../notebook/exported-notebook.ts";
import { extensionOf, type NotebookFormat } from "../../notebook/notebook-format.ts";
import type { ObjectInfo } from "../api/workspace.ts";
import type { DatabricksClient } from "../connection.ts";
import { exportContent, isSameContent } from "./object-content.ts";
import { forEachFile } from "./upload-folder.ts";

/** A deployed folder, as it is in the workspace at present. */
interface DeployedFolder {
  folder: string;
  /** By path in the folder. */
  objects: ReadonlyMap<string, ObjectInfo>;
}

/**
 * Compares the objects of a deployed folder with the files of its manifest. Relies only on the SHA-256 values of the manifest, which its
 * digest covers. If a notebook cannot be restored byte by byte from its export, the deployment keeps the published bytes beside it.
 * @returns `published`: the paths in the folder of the objects that are as published; `differing`: the first path of the manifest whose
 * object is not, undefined if there is none
 */
export async function compareWithPublished(
  databricks: DatabricksClient,
  deployed: DeployedFolder,
  files: readonly ArtifactFile[],
): Promise<{ differing?: string; published: Set<string> }> {
  const published = new Set<string>();
  const differing: string[] = [];
  await forEachFile(files, async (file) => {
    const objectPath = await findPublishedObject(databricks, deployed, file);
    if (objectPath === undefined) differing.push(file.path);
    else published.add(objectPath);
  });
  return { differing: differing.sort()[0], published };
}

/** The path in the folder of the object that has the content of a file, undefined if there is no such object. */
async function findPublishedObject(
  databricks: DatabricksClient,
  { folder, objects }: DeployedFolder,
  { path, sha256 }: ArtifactFile,
): Promise<string | undefined> {
  const plain = { kind: "plain" } as const;
  if (objects.get(path)?.object_type === "FILE") {
    const bytes = await exportContent(databricks, `${folder}/${path}`, plain);
    if (bytes && hasHash(bytes, sha256) && formatOf(path, bytes).kind === "plain") return path;
  }
  const notebook = path.slice(0, path.length - extensionOf(path).length);
  const found = objects.get(notebook);
  const format = found && formatOfNotebook(path, found);
  if (!format) return undefined;
  const exported = await exportContent(databricks, `${folder}/${notebook}`, format);
  if (!exported) return undefined;
  if (possibleSources(exported).some((bytes) => hasHash(bytes, sha256))) return notebook;
  const original = await exportContent(databricks, `${folder}/${originalPath(sha256)}`, plain);
  const isSame =
    original && hasHash(original, sha256) && isSameContent(formatOf(path, original), original, exported);
  return isSame ? notebook : undefined;
}

/** The format in which a notebook was published, if this object can be that notebook. */
function formatOfNotebook(path: string, { object_type, language }: ObjectInfo): NotebookFormat | undefined {
  if (object_type !== "NOTEBOOK") return undefined;
  if (extensionOf(path) === ".ipynb") return { kind: "jupyter" };
  return languages[extensionOf(path)] === language && language ? { kind: "source", language } : undefined;
}

const languages: Readonly<Record<string, ObjectInfo["language"]>> = {
  ".py": "PYTHON",
  ".r": "R",
  ".scala": "SCALA",
  ".sql": "SQL",
};

export function hasHash(bytes: Buffer, sha256: string): boolean {
  return createHash("sha256").update(bytes).digest("hex") === sha256;
}
