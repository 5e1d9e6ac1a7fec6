import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { couldNot } from "../../shared/text/could-not.ts";

/** The paths of what executes notebooks, which `npm run setup` writes to .setup/environment.json. */
export interface Installation {
  python: string;
  sitePackages: string;
  /** Java and its options, class path and class archive included; the main class follows. */
  jvmCommand: string[];
  deltaJars: string[];
}

// Both this file and the bundle dist/cli/notebook-ops.mjs are two folders below the repository's root.
const root = new URL("../../", import.meta.url);
export const driverFolder = fileURLToPath(new URL("local/driver", root));

export function readInstallation(): Installation {
  const file = fileURLToPath(new URL(".setup/environment.json", root));
  if (!existsSync(file))
    throw new Error(
      couldNot("start the notebook driver", `${file} does not exist`, "run npm run setup once"),
    );
  return JSON.parse(readFileSync(file, "utf8")) as Installation;
}
