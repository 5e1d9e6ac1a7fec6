import { existsSync } from "node:fs";
import { cp, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";

/**
 * Copies a file, or the content of a folder, to an artifact of the run.
 * @throws Error with one sentence if the name is not a file name or already used, or if the source does not exist
 */
export async function storeArtifact(artifactsFolder: string, name: string, source: string): Promise<void> {
  if (!/^[^\\/:*?"<>|]+$/.test(name) || name === "." || name === "..")
    throw new Error(
      couldNot(
        `publish the artifact ${JSON.stringify(name)}`,
        'its name is empty or contains one of \\ / : * ? " < > |',
        "choose another name",
      ),
    );
  const target = path.join(artifactsFolder, name);
  if (existsSync(target))
    throw new Error(
      couldNot(
        `publish the artifact ${name}`,
        "the run already has an artifact of that name",
        "choose another name",
      ),
    );
  const found = await stat(source).catch(() => undefined);
  if (!found)
    throw new Error(
      couldNot(`publish the artifact ${name}`, `there is no file or folder ${source}`, "correct the path"),
    );
  await mkdir(target, { recursive: true });
  await cp(source, found.isDirectory() ? target : path.join(target, path.basename(source)), {
    recursive: true,
  });
}
