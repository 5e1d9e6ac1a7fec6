// npm start: the example's pull-request pipeline on the local workspace.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { root, setUpOrExplain } from "./setup.mjs";

if (await setUpOrExplain()) {
  const pipeline = path.join(root, "examples", "databricks-weather", "azure-pipelines-pr.yml");
  const command = [path.join(root, "bin", "notebook-ops.mjs"), "run", pipeline, ...process.argv.slice(2)];
  // Ctrl-C reaches the command too, which cancels the pipeline and then ends with its own exit code.
  process.on("SIGINT", () => {});
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
