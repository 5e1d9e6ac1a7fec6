import { copyFile, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { plainGit } from "./git.ts";

/** Replaces the pointers of Git LFS in a checkout by their files, which the user's repository has, for `lfs: true`. */
export async function checkOutLfs(target: string, lfsFolders: readonly string[]): Promise<void> {
  const doing = "check out the files of Git LFS";
  await plainGit(target, ["lfs", "version"]).catch((error: Error) => {
    const advice = "install Git LFS (https://git-lfs.com), or remove lfs: true";
    throw new Error(couldNot(doing, error.message, advice), { cause: error });
  });
  await plainGit(target, ["lfs", "install", "--local", "--skip-repo"]);
  const files = await plainGit(target, ["ls-files", "-z"]);
  const attributes = await plainGit(target, ["check-attr", "--stdin", "-z", "filter"], { input: files });
  const parts = attributes.split("\0");
  for (let index = 0; index + 2 < parts.length; index += 3) {
    if (parts[index + 2] !== "lfs") continue;
    const file = path.join(target, parts[index]!);
    const pointer = await readFile(file, "utf8").catch(() => "");
    const id = /^oid sha256:([0-9a-f]{64})$/m.exec(pointer.slice(0, 1024))?.[1];
    if (id === undefined) continue; // not a pointer: it was committed as it is
    const sources = lfsFolders.map((each) => path.join(each, "objects", id.slice(0, 2), id.slice(2, 4), id));
    await rm(file);
    if (!(await copyFirst(sources, file)))
      throw new Error(
        couldNot(
          doing,
          `the repository does not have the content of ${parts[index]}`,
          "run git lfs pull in it",
        ),
      );
  }
  await plainGit(target, ["update-index", "-q", "--refresh"]).catch(() => {});
}

async function copyFirst(sources: readonly string[], file: string): Promise<boolean> {
  for (const source of sources)
    if (
      await copyFile(source, file).then(
        () => true,
        () => false,
      )
    )
      return true;
  return false;
}
