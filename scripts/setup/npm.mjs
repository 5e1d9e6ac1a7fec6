import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { run } from "./run.mjs";

const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

/** When npm is done, it records what it installed: each package of the lock file must be in that record. */
export function npmIsFresh(root) {
  const record = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(path.join(root, "package-lock.json"))).every(
    ([name, wanted]) =>
      !name || wanted.optional || wanted.devOptional || installed[name]?.version === wanted.version,
  );
}

export async function installNpm(root, tell) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await run(npm, ["ci", "--no-fund", "--no-audit"], {
    cwd: root,
    onLine: tell,
    failure: "Could not install the npm packages (npm ci)",
  });
}
