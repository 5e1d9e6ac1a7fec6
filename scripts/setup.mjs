// npm run setup, and the beginning of npm start and npm test: npm packages, Python environment, Spark's jars, build. Node's standard
// library alone, because nothing is installed yet; a step whose inputs did not change is skipped.
import { realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildAll, buildIsFresh } from "./setup/build.mjs";
import { withLock } from "./setup/lock.mjs";
import { notebooksAreFresh, refuseWindows, setUpNotebooks } from "./setup/notebooks.mjs";
import { installNpm, npmIsFresh } from "./setup/npm.mjs";
import { elapsed, step } from "./setup/progress.mjs";
import { SetupError } from "./setup/run.mjs";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

async function setUpNode() {
  if (!npmIsFresh(root)) await step("npm packages", (tell) => installNpm(root, tell));
  if (!buildIsFresh(root)) await step("Build", (tell) => buildAll(root, tell));
}

/** Sets up what is missing; both halves go on when one fails, so that what they fetched is kept. @throws SetupError */
export async function setUp() {
  refuseWindows();
  if (notebooksAreFresh(root) && npmIsFresh(root) && buildIsFresh(root)) return;
  await withLock(path.join(root, ".setup", "lock"), async () => {
    const outcomes = await Promise.allSettled([setUpNotebooks(root), setUpNode()]);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  });
}

/** Sets up the npm packages and the build alone, which is all that packing needs. @throws SetupError */
async function setUpPackages() {
  if (npmIsFresh(root) && buildIsFresh(root)) return;
  await withLock(path.join(root, ".setup", "lock"), setUpNode);
}

export const setUpOrExplain = () => orExplain(setUp);
export const setUpPackagesOrExplain = () => orExplain(setUpPackages);

/** A set-up for a command line: prints what failed and returns false then. */
async function orExplain(work) {
  try {
    await work();
    return true;
  } catch (error) {
    console.error(
      error instanceof SetupError
        ? error.message
        : `Could not set up Notebook Ops: ${error.message}; correct that and run npm run setup again.`,
    );
    process.exitCode = 1;
    return false;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (await setUpOrExplain()) console.log(`set up (${elapsed()})`);
}
