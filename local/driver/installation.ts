import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { couldNot } from "../../shared/text/could-not.ts";
import { homeOf, isCheckout } from "./home.mjs";

/** The paths of what executes notebooks, which the set-up writes to .setup/environment.json. */
export interface Installation {
  python: string;
  sitePackages: string;
  /** Java and its options, class path and class archive included; the main class follows. */
  jvmCommand: string[];
  deltaJars: string[];
}

// Both this file and the bundle dist/cli/notebook-ops.mjs are two folders below the repository's root.
const root = fileURLToPath(new URL("../../", import.meta.url));
export const driverFolder = path.join(root, "local", "driver");

/** Installs what executes notebooks, if this is the installed npm package and it is not there yet. A checkout has commands for that. */
export async function setUpOnFirstUse(): Promise<void> {
  if (isCheckout(root)) return;
  const file = path.join(root, "scripts", "setup", "first-use.mjs");
  const setUp = (await import(pathToFileURL(file).href)) as { setUpOnFirstUse(root: string): Promise<void> };
  await setUp.setUpOnFirstUse(root);
}

export function readInstallation(): Installation {
  const file = path.join(homeOf(root), ".setup", "environment.json");
  if (!existsSync(file))
    throw new Error(
      couldNot("start the notebook driver", `${file} does not exist`, "run npm run setup once"),
    );
  return JSON.parse(readFileSync(file, "utf8")) as Installation;
}
