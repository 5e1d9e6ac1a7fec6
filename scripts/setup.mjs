// npm run setup, and the beginning of npm start and npm test: npm packages, Python environment, Spark's jars, build. Node's standard
// library alone, because nothing is installed yet; a step whose inputs did not change is skipped.
import { realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildAll, buildIsFresh } from "./setup/build.mjs";
import { withLock } from "./setup/lock.mjs";
import { installNpm, npmIsFresh } from "./setup/npm.mjs";
import { elapsed, step } from "./setup/progress.mjs";
import { installPython, pythonIsFresh } from "./setup/python.mjs";
import { SetupError } from "./setup/run.mjs";
import { setUpSpark, sparkIsFresh } from "./setup/spark.mjs";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
async function setUpPython() {
  if (!pythonIsFresh(root))
    await step("Python environment (.venv, with PySpark: 0.5 GB)", (tell) => installPython(root, tell));
  if (!sparkIsFresh(root)) await setUpSpark(root);
}

async function setUpNode() {
  if (!npmIsFresh(root)) await step("npm packages", (tell) => installNpm(root, tell));
  if (!buildIsFresh(root)) await step("Build", (tell) => buildAll(root, tell));
}

/** Sets up what is missing; both halves go on when one fails, so that what they fetched is kept. @throws SetupError */
export async function setUp() {
  if (process.platform === "win32")
    throw new SetupError(
      "Could not set up Notebook Ops on Windows: the local workspace needs Linux or macOS; run it in WSL.",
    );
  if (pythonIsFresh(root) && sparkIsFresh(root) && npmIsFresh(root) && buildIsFresh(root)) return;
  await withLock(path.join(root, ".setup", "lock"), async () => {
    const outcomes = await Promise.allSettled([setUpPython(), setUpNode()]);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  });
}

/** setUp for a command line: prints what failed and returns false then. */
export async function setUpOrExplain() {
  try {
    await setUp();
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
