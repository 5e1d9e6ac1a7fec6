/**
 * Measures the peak memory of DatabricksRunNotebook for large outputs: an exit value of 5 MB, 5,000 tests, a log of 50 MB.
 * Run: npm run bench -- memory
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runTask } from "../test/harness/run-task.ts";
import { startWorkspace } from "../test/harness/workspace.ts";
import { report } from "./measure.ts";

const cases = {
  "a notebook with little output": 'dbutils.notebook.exit("done")',
  "an exit value of 5 MB": 'dbutils.notebook.exit("x" * 5_000_000)',
  "5,000 tests, the limit of the task":
    'import json\ntests = [{"name": f"t{n}", "outcome": "passed", "message": "x" * 700} for n in range(5_000)]\ndbutils.notebook.exit(json.dumps({"tests": tests}))',
  "an executed notebook of 4 MB": 'displayHTML("x" * 2_900_000)\ndbutils.notebook.exit("done")',
  "a log of 50 MB": 'for _ in range(50_000):\n    print("x" * 999)\ndbutils.notebook.exit("done")',
};

const folder = await mkdtemp(path.join(tmpdir(), "memory-"));
try {
  const hook = path.join(folder, "peak.cjs");
  const peakFile = path.join(folder, "peak");
  await writeFile(
    hook,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS)));`,
  );
  for (const [name, cell] of Object.entries(cases)) {
    await using workspace = await startWorkspace();
    const notebookFolder = await mkdtemp(path.join(folder, "notebooks-"));
    await writeFile(path.join(notebookFolder, "notebook.py"), `# Databricks notebook source\n${cell}\n`);
    const { result, log } = await runTask({
      task: "DatabricksRunNotebook",
      workspace,
      inputs: {
        notebookFolder,
        serverless: "true",
        bearerToken: workspace.emulator.ready.databricksToken,
      },
      environment: { NODE_OPTIONS: `--require ${hook}` },
    });
    if (result !== "succeeded") throw new Error(`DatabricksRunNotebook ${result}:\n${log.slice(-2_000)}`);
    const megabytes = Number(await readFile(peakFile, "utf8")) / 1024;
    report(name, `${megabytes.toFixed(0)} MB`, "at most 150 MB");
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
