import { constants } from "node:fs";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import path from "node:path";

/**
 * Copies the objects of a repository. Never by hard links: who can write to the copy could write to the original through them.
 * Files in which git only remembers what it has computed stay behind, because they can be about objects that are not there.
 */
export async function copyObjects(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => []);
  const loose = names.filter((name) => /^[0-9a-f]{2}$/.test(name));
  // `git gc` moves objects from loose files into a pack, and from packs into a new one, while a run goes on.
  for (const name of loose) await copyAll(path.join(from, name), path.join(to, name), /^[0-9a-f]+$/);
  for (let attempt = 1; attempt <= 3; attempt++)
    if (
      await copyAll(
        path.join(from, "pack"),
        path.join(to, "pack"),
        /^pack-[0-9a-f]+\.(pack|idx|rev|promisor)$/,
      )
    )
      return;
}

/** @returns whether no file was removed in the meantime */
async function copyAll(from: string, to: string, pattern: RegExp): Promise<boolean> {
  const names = (await readdir(from).catch(() => [])).filter((name) => pattern.test(name));
  if (names.length > 0) await mkdir(to, { recursive: true });
  const copied = await Promise.all(
    names.map((name) =>
      copyFile(path.join(from, name), path.join(to, name), constants.COPYFILE_FICLONE).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === "ENOENT") return false;
          if (error.code === "EACCES") return true; // copied in an earlier attempt: objects are read-only
          throw error;
        },
      ),
    ),
  );
  return !copied.includes(false);
}
