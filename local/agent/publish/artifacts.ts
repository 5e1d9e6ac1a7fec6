import { existsSync } from "node:fs";
import { cp, mkdir, stat } from "node:fs/promises";
import path from "node:path";

/** Keeps a file or a folder's content as an artifact. @throws one sentence where the name is taken or there is nothing. */
export async function storeArtifact(artifactsFolder: string, name: string, source: string): Promise<void> {
  if (!/^[^\\/:*?"<>|]+$/.test(name) || name === "." || name === "..")
    throw new Error(
      `Publishing the artifact ${JSON.stringify(name)} failed: its name may not hold \\ / : * ? " < > or |.`,
    );
  const target = path.join(artifactsFolder, name);
  if (existsSync(target))
    throw new Error(
      `Publishing the artifact ${name} failed: the run has one of that name already; choose another name.`,
    );
  const found = await stat(source).catch(() => undefined);
  if (!found)
    throw new Error(`Publishing the artifact ${name} failed: there is no file or folder ${source}.`);
  await mkdir(target, { recursive: true });
  await cp(source, found.isDirectory() ? target : path.join(target, path.basename(source)), {
    recursive: true,
  });
}
