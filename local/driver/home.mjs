import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** Whether the folder is this repository and not the installed npm package, in which npm packs no lock file. */
export const isCheckout = (root) => existsSync(path.join(root, "package-lock.json"));

/**
 * The folder for all that the set-up installs. In a checkout that is the repository. The installed package has a folder in its user's cache,
 * which is named after what it installs: versions that need the same share it, and no version spoils what another needs.
 */
export function homeOf(root) {
  if (isCheckout(root)) return root;
  const needs = ["local/driver/requirements.txt", "scripts/setup/jars.mjs"];
  const hash = createHash("sha256");
  for (const file of needs) hash.update(readFileSync(path.join(root, file)));
  return path.join(cacheFolder(), "notebook-ops", hash.digest("hex").slice(0, 12));
}

function cacheFolder() {
  const named = process.env.XDG_CACHE_HOME;
  if (named && path.isAbsolute(named)) return named;
  return path.join(homedir(), ...(process.platform === "darwin" ? ["Library", "Caches"] : [".cache"]));
}
