// npm run setup, and the beginning of npm start and npm test: npm packages, Python environment, Spark's jars, build. Node's standard
// library alone, because nothing is installed yet; a step whose inputs did not change is skipped.
import { realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./setup/lock.mjs";
import { installNpm, npmIsFresh } from "./setup/npm.mjs";
import { elapsed, step } from "./setup/progress.mjs";
import { installPython, pythonIsFresh } from "./setup/python.mjs";
import { run, SetupError } from "./setup/run.mjs";
import { setUpSpark, sparkIsFresh } from "./setup/spark.mjs";
import { hashOfTree, isFresh, writeFileAtomically } from "./setup/stamp.mjs";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const buildStamp = path.join(root, "dist", ".stamp");

const sourceHash = () =>
  hashOfTree(
    ["tasks", "shared", "local", "scripts/build.mjs", "package-lock.json", "vss-extension.json"].map((name) =>
      path.join(root, name),
    ),
  );

async function setUpPython() {
  if (!pythonIsFresh(root))
    await step("Python environment (.venv, with PySpark: 0.5 GB)", (tell) => installPython(root, tell));
  if (!sparkIsFresh(root)) await setUpSpark(root);
}

async function setUpNode() {
  if (!npmIsFresh(root)) await step("npm packages", (tell) => installNpm(root, tell));
  const hash = sourceHash();
  if (isFresh(buildStamp, hash)) return;
  await step("Build", (tell) =>
    run(process.execPath, [path.join(root, "scripts", "build.mjs")], {
      cwd: root,
      onLine: tell,
      failure: "Building (npm run build)",
    }),
  );
  writeFileAtomically(buildStamp, hash);
}

/** Sets up what is missing; both halves go on when one fails, so that what they fetched is kept. Exits with one sentence on failure. */
export async function setUp() {
  if (process.platform === "win32")
    throw new SetupError("The local workspace needs Linux or macOS: on Windows run it in WSL.");
  if (pythonIsFresh(root) && sparkIsFresh(root) && npmIsFresh(root) && isFresh(buildStamp, sourceHash()))
    return;
  await withLock(path.join(root, ".setup", "lock"), async () => {
    const outcomes = await Promise.allSettled([setUpPython(), setUpNode()]);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  });
}

/** setUp for a command line: false, with the sentence printed, where it failed. */
export async function setUpOrExplain() {
  try {
    await setUp();
    return true;
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : `Setting up failed: ${error.message}`);
    process.exitCode = 1;
    return false;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (await setUpOrExplain()) console.log(`set up (${elapsed()})`);
}
