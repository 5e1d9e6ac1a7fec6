import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { wholeFolder } from "../../files/remove-folder.ts";
import { rename } from "../../files/rename.ts";
import { couldNot } from "../../text/could-not.ts";
import { ArtifactError } from "./artifact-error.ts";

/**
 * Creates the folder `out`: `fill` writes to another folder beside it, which is then renamed, so that `out` appears complete or not at
 * all. It must be outside of `source`, and empty if it exists. Throws ArtifactError `folder`.
 */
export async function fillNewFolder<T>(
  out: string,
  source: string,
  fill: (staging: string) => Promise<T>,
): Promise<T> {
  const target = resolve(out);
  mkdirSync(dirname(target), { recursive: true });
  checkTarget(join(realpathSync(dirname(target)), basename(target)), source);
  const staging = mkdtempSync(`${target}.partial-`);
  try {
    const result = await fill(staging);
    if (existsSync(target)) rmdirSync(target);
    await rename(staging, target);
    return result;
  } finally {
    rmSync(staging, wholeFolder);
  }
}

function checkTarget(target: string, source: string): void {
  const inside = relative(realpathSync(source), target);
  if (inside === "" || (inside !== ".." && !inside.startsWith(`..${sep}`) && resolve(inside) !== inside)) {
    const message = couldNot(
      `write to ${target}`,
      `it is inside the notebook folder ${source}, which must not change`,
      "choose a folder outside of it",
    );
    throw new ArtifactError("folder", message);
  }
  if (existsSync(target) && readdirSync(target).length > 0) {
    const message = couldNot(`write to ${target}`, "it is not empty", "remove it or choose another folder");
    throw new ArtifactError("folder", message);
  }
}
