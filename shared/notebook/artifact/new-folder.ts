import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { ArtifactError } from "./artifact-error.ts";

/**
 * Makes the folder `out` by filling another beside it and renaming that: `out` appears whole or not at all. `out` may be there
 * if it is empty; it must stand outside of `source`. Throws ArtifactError `folder`.
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
    renameSync(staging, target);
    return result;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function checkTarget(target: string, source: string): void {
  const inside = relative(realpathSync(source), target);
  if (inside === "" || (inside !== ".." && !inside.startsWith(`..${sep}`) && resolve(inside) !== inside)) {
    const message = `Cannot write to ${target}: it stands inside the notebook folder ${source}, which stays as it is; choose a folder outside.`;
    throw new ArtifactError("folder", message);
  }
  if (existsSync(target) && readdirSync(target).length > 0) {
    const message = `Cannot write to ${target}: it holds files already; remove it or choose another folder.`;
    throw new ArtifactError("folder", message);
  }
}
