import { constants } from "node:fs";
import { copyFile, link, mkdir, readdir } from "node:fs/promises";
import path from "node:path";

/**
 * Copies the objects of the user's repository. Never by hard links: who can write to the copy could write to the original through them.
 * Files in which git only remembers what it has computed stay behind, because they can be about objects that are not there.
 */
export function copyObjects(from: string, to: string): Promise<void> {
  return transfer(from, to, (file, target) => copyFile(file, target, constants.COPYFILE_FICLONE));
}

/** Gives a job the objects of the run's snapshot, as `git clone` does between folders of one disk: both belong to the run. */
export function linkObjects(from: string, to: string): Promise<void> {
  return transfer(from, to, (file, target) =>
    link(file, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST" || error.code === "ENOENT") throw error;
      return copyFile(file, target); // not every file system has links
    }),
  );
}

type Transfer = (file: string, target: string) => Promise<void>;

async function transfer(from: string, to: string, put: Transfer): Promise<void> {
  const names = await readdir(from).catch(() => []);
  const loose = names.filter((name) => /^[0-9a-f]{2}$/.test(name));
  // `git gc` moves objects from loose files into a pack, and from packs into a new one, while a run goes on.
  for (const name of loose) await putAll(path.join(from, name), path.join(to, name), /^[0-9a-f]+$/, put);
  for (let attempt = 1; attempt <= 3; attempt++)
    if (
      await putAll(
        path.join(from, "pack"),
        path.join(to, "pack"),
        /^pack-[0-9a-f]+\.(pack|idx|rev|promisor)$/,
        put,
      )
    )
      return;
}

/** @returns whether no file was removed in the meantime */
async function putAll(from: string, to: string, pattern: RegExp, put: Transfer): Promise<boolean> {
  const names = (await readdir(from).catch(() => [])).filter((name) => pattern.test(name));
  if (names.length > 0) await mkdir(to, { recursive: true });
  const done = await Promise.all(
    names.map((name) =>
      put(path.join(from, name), path.join(to, name)).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === "ENOENT") return false;
          if (error.code === "EACCES" || error.code === "EEXIST") return true; // from an earlier attempt: objects are read-only
          throw error;
        },
      ),
    ),
  );
  return !done.includes(false);
}
