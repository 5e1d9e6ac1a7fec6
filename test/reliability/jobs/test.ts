import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Job, postJobOf } from "../job.ts";

const notebooks = ["etl", "report"];
/** The output ExitValue of the step that runs the notebooks. */
const exitValue = JSON.stringify(Object.fromEntries(notebooks.map((name) => [name, `${name} ran`])));
const vaultSecrets = { "pool-id": "pool-4711", "storage-key": "key-0815" };

/** Fetches secrets, creates a token and a cluster, runs two notebooks on it, and cleans up: nothing is left. */
export const job: Job = {
  name: "test",
  workspace: { keyVault: { secrets: vaultSecrets } },
  effects: [
    "POST /api/2.0/token/create",
    "POST /api/2.1/clusters/create",
    "POST /api/2.2/jobs/runs/submit",
    "POST /api/2.0/workspace/import",
  ],
  slice: [
    "KeyVaultFetchSecrets, POST /{tenant}/oauth2/v2.0/token #1: 503 after the effect",
    "KeyVaultFetchSecrets, GET /secrets #1: {} in place of the answer",
    "KeyVaultFetchSecrets, GET /secrets/{name}/ #2: answer cut off",
    "DatabricksCreateBearerToken, POST /api/2.0/token/create #1: reset after the effect",
    "DatabricksCreateBearerToken, POST /api/2.0/token/create #1: SIGKILL after the effect",
    "DatabricksCreateBearerToken, POST /api/2.0/token/create #1: null in place of the answer",
    "DatabricksCreateCluster, POST /api/2.1/clusters/create #1: reset, and the effect comes later",
    "DatabricksCreateCluster, POST /api/2.1/clusters/create #1: SIGINT, and no answer after the effect",
    "DatabricksCreateCluster, POST /api/2.1/clusters/create #1: 204 in place of the answer",
    "DatabricksRunNotebook, POST /api/2.0/workspace/import #1: 429 with Retry-After as a date",
    "DatabricksRunNotebook, POST /api/2.2/jobs/runs/submit #1: 503, and the effect comes later",
    "DatabricksRunNotebook, POST /api/2.2/jobs/runs/submit #2: SIGTERM after the effect",
    "DatabricksRunNotebook, GET /api/2.2/jobs/runs/get #1: SIGINT before the effect",
    "DatabricksDeleteCluster, POST /api/2.1/clusters/permanent-delete #1: 503 after the effect",
    "DatabricksRunNotebook postjob, POST /api/2.0/workspace/delete #1: SIGKILL before the effect",
    "DatabricksCreateCluster postjob, POST /api/2.1/clusters/permanent-delete #1: 429 with Retry-After in seconds",
    "DatabricksCreateBearerToken postjob, POST /api/2.0/token/delete #1: SIGTERM before the effect",
  ],
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
