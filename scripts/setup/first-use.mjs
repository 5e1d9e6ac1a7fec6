import path from "node:path";
import { homeOf } from "../../local/driver/home.mjs";
import { withLock } from "./lock.mjs";
import { notebooksAreFresh, refuseWindows, setUpNotebooks } from "./notebooks.mjs";
import { elapsed } from "./progress.mjs";

/** Installs what the installed npm package needs to execute notebooks, unless it is there. @throws SetupError */
export async function setUpOnFirstUse(root) {
  refuseWindows();
  if (notebooksAreFresh(root)) return;
  const home = homeOf(root);
  console.error(`Setting up Python, Spark and Delta Lake in ${home}, once, which takes some minutes:`);
  await withLock(path.join(home, ".setup", "lock"), () => setUpNotebooks(root));
  console.error(`set up (${elapsed()})`);
}
