import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Job, postJobOf } from "./job.ts";

const notebooks = ["etl", "report"];
/** What the step of the notebooks puts out: they run side by side. */
const exitValue = JSON.stringify(Object.fromEntries(notebooks.map((name) => [name, `${name} ran`])));
export const vaultSecrets = { "pool-id": "pool-4711", "storage-key": "key-0815" };

/** Secrets, a token, a cluster, two notebooks on it, and their clean-up: nothing of it stays. */
export const testJob: Job = {
  name: "test",
  stages: [
    {
      name: "KeyVaultFetchSecrets",
      task: "KeyVaultFetchSecrets",
      isTrue: ({ result }) =>
        Object.entries(vaultSecrets).every(([name, value]) => result.secretVariables[name] === value),
    },
    {
      name: "DatabricksCreateBearerToken",
      task: "DatabricksCreateBearerToken",
      isTrue: ({ ledger, result }) =>
        ledger.tokens.length === 1 && Boolean(result.secretVariables.BearerToken),
    },
    {
      name: "DatabricksCreateCluster",
      task: "DatabricksCreateCluster",
      isTrue: ({ ledger, result }) =>
        ledger.clusters.some(({ id, state }) => id === result.variables.ClusterId && state === "RUNNING"),
    },
    {
      name: "DatabricksRunNotebook",
      task: "DatabricksRunNotebook",
      isTrue: ({ ledger, result }) => result.variables.ExitValue === exitValue && ledger.runs.length === 0,
    },
    {
      name: "DatabricksDeleteCluster",
      task: "DatabricksDeleteCluster",
      isTrue: ({ ledger }) => ledger.clusters.length === 0,
    },
    {
      ...postJobOf("DatabricksRunNotebook"),
      isTrue: ({ ledger }) => ledger.runs.length + ledger.workspaceObjects.length === 0,
    },
    { ...postJobOf("DatabricksCreateCluster"), isTrue: ({ ledger }) => ledger.clusters.length === 0 },
    { ...postJobOf("DatabricksCreateBearerToken"), isTrue: ({ ledger }) => ledger.tokens.length === 0 },
  ],
  async prepare(_workspace, folder) {
    const config = {
      cluster_name: "weather-345",
      node_type_id: "Standard_DS3_v2",
      spark_version: "15.4.x-scala2.12",
      num_workers: 0,
    };
    await mkdir(path.join(folder, "notebooks"));
    await writeFile(path.join(folder, "cluster-config.json"), JSON.stringify(config));
    for (const name of notebooks)
      await writeFile(
        path.join(folder, "notebooks", `${name}.py`),
        `# Databricks notebook source\ndbutils.notebook.exit("${name} ran")\n`,
      );
    const inputs: Record<string, Record<string, string>> = {
      KeyVaultFetchSecrets: { azureSubscription: "azure", keyVault: "$(KEY_VAULT)", secrets: "*" },
      DatabricksCreateBearerToken: { azureSubscription: "azure" },
      DatabricksCreateCluster: { clusterConfig: path.join(folder, "cluster-config.json") },
      DatabricksRunNotebook: { notebookFolder: path.join(folder, "notebooks") },
    };
    return {
      inputs: ({ task }) => inputs[task] ?? {},
      observe: async () => ({}),
      mayStay: () => false,
      problems: () => [],
      clear: async () => {},
    };
  },
};
