// What executes notebooks: a Python environment with Spark, Java and Delta Lake.
import { step } from "./progress.mjs";
import { installPython, pythonIsFresh } from "./python.mjs";
import { SetupError } from "./run.mjs";
import { setUpSpark, sparkIsFresh } from "./spark.mjs";

export const notebooksAreFresh = (root) => pythonIsFresh(root) && sparkIsFresh(root);

/** @throws SetupError on a platform on which no notebook can run */
export function refuseWindows() {
  if (process.platform === "win32")
    throw new SetupError(
      "Could not set up Notebook Ops on Windows: the local workspace needs Linux or macOS; run it in WSL.",
    );
}

export async function setUpNotebooks(root) {
  if (!pythonIsFresh(root))
    await step("Python environment, with PySpark", (tell) => installPython(root, tell));
  if (!sparkIsFresh(root)) await setUpSpark(root);
}
