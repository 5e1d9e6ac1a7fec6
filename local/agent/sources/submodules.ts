import { realpath } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { findRepositoryAt } from "../run/repository.ts";
import { type CheckoutOptions, checkOut } from "./check-out.ts";
import { plainGit } from "./git.ts";
import { takeSnapshot } from "./snapshot.ts";

interface Submodules {
  /** The working tree with the submodules of the user. */
  root: string;
  /** The checkout. */
  target: string;
  /** For the snapshots. */
  folder: string;
  isRecursive: boolean;
  options: CheckoutOptions;
}

/** Checks out the submodules of a checkout at the commits that it names, from the submodules in the user's working tree. */
export async function checkOutSubmodules(submodules: Submodules): Promise<void> {
  const { root, target, folder, isRecursive, options } = submodules;
  for (const [index, { place, commit }] of (await submodulesOf(target)).entries()) {
    const source = path.join(root, place);
    const repository = await findRepositoryAt(source);
    if (!repository || (await realpath(repository.root)) !== (await realpath(source)))
      throw new Error(
        couldNot(
          `check out the submodule ${place}`,
          "the working tree does not have it",
          "run git submodule update --init in it",
        ),
      );
    const snapshot = await takeSnapshot(repository, path.join(folder, `submodule-${index}`));
    const inside = path.join(target, place);
    const url = repository.remoteUrl ?? `${options.url}/${place}`;
    await checkOut({ ...snapshot, commit }, inside, { ...options, url, fetchTags: false });
    const next = { root: source, target: inside, folder: snapshot.folder, isRecursive, options };
    if (isRecursive) await checkOutSubmodules(next);
    await plainGit(target, ["submodule", "--quiet", "init", "--", place]);
  }
  await plainGit(target, ["submodule", "--quiet", "absorbgitdirs"]);
}

async function submodulesOf(target: string): Promise<{ place: string; commit: string }[]> {
  const entries = (await plainGit(target, ["ls-tree", "-r", "-z", "HEAD"])).split("\0");
  return entries.flatMap((entry) => {
    const [, commit, place] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
    return commit && place ? [{ place, commit }] : [];
  });
}
