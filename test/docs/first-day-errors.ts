import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { workspaceConfig } from "../../local/emulator/config.ts";
import { readConfig } from "../../local/emulator/config-schema/read-config.ts";
import { KeyVaultError } from "../../shared/azure/key-vault-error.ts";
import { SignInError } from "../../shared/azure/sign-in-error.ts";
import { requireMachines } from "../../shared/databricks/clusters/cluster-config.ts";
import { waitUntilRunning } from "../../shared/databricks/clusters/start-cluster.ts";
import { workspaceUrl } from "../../shared/databricks/connection.ts";
import { databricksDialect } from "../../shared/databricks/dialect.ts";
import { readProject } from "../../shared/databricks/folders/project.ts";
import { RequestError } from "../../shared/http/errors.ts";
import { HostPolicy } from "../../shared/http/hosts.ts";
import { judge } from "../../shared/reporting/runs/attempt-result.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { InputReader } from "../../shared/task/inputs.ts";
import { loadInputs } from "../../tasks/DatabricksCreateBearerToken/inputs.ts";
import { scriptedWorkspace } from "../shared/databricks/scripted-workspace.ts";

/** Calls the code that fails, and returns the message of its error. */
async function messageOf(fails: () => unknown): Promise<string> {
  try {
    await fails();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("Could not get an error: nothing failed.");
}

function signIn(code: number): string {
  const cause = new Error(`AADSTS${code}: a description`);
  return new SignInError({ identity: "application 1", authority: "login.microsoftonline.com", cause })
    .message;
}

function keyVault(statusCode: number, code: string): string {
  const asked = { attempted: "read secret 'a'", vault: "weather", identity: "application 1", timeoutMs: 1 };
  return KeyVaultError.from({ statusCode, details: { error: { code } } }, asked).message;
}

function forbidden(attempted: string, serverMessage: string): string {
  const error = new RequestError({
    kind: "forbidden",
    attempted,
    on: "adb-1.7.azuredatabricks.net",
    cameBack: `answered 403 PERMISSION_DENIED: ${serverMessage}`,
    serverMessage,
  });
  const advice = databricksDialect.advise?.(error);
  return (advice === undefined ? error : error.advising(advice)).message;
}

async function cluster(more: object): Promise<string> {
  await using scripted = await scriptedWorkspace({
    "GET /api/2.1/clusters/get": [{ cluster_id: "c1", cluster_name: "weather", ...more }],
  });
  return await messageOf(() =>
    waitUntilRunning(scripted.databricks, {
      clusterId: "c1",
      timeoutMs: 1,
      log: scripted.log,
      signal: new AbortController().signal,
    }),
  );
}

const terminated = (code: string, type: string, message: string) =>
  cluster({
    state: "TERMINATED",
    termination_reason: { code, type, parameters: { databricks_error_message: message } },
  });

async function notebooks(globs: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "first-day-"));
  try {
    await mkdir(path.join(folder, "plain"));
    await writeFile(path.join(folder, "plain", "etl.py"), "print(1)\n");
    if (globs.length === 0) return await messageOf(() => readProject(path.join(folder, "plain"), []));
    await writeFile(path.join(folder, "etl.py"), "# Databricks notebook source\nprint(1)\n");
    return await messageOf(() => readProject(folder, globs));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const input = (name: string, macro: string) => {
  const unset = { names: () => [], containsSecret: () => false, warn: () => undefined };
  return messageOf(() => new InputReader(() => macro, unset).required(name));
};

/** Why a notebook that returned no exit value failed. */
function noExit(): string {
  const succeeded = { state: "succeeded", url: "", durationMs: 0 } as const;
  const rules = { requireExit: true, allowSkipped: false };
  return judge(succeeded, rules, "dbutils.notebook.exit").reason ?? "";
}

/** The messages of errors that are easy to cause, as the code writes them. */
export async function firstDayErrors(): Promise<string[]> {
  const other = "https://dbc-1.cloud.databricks.com";
  return [
    signIn(700213),
    signIn(7000222),
    signIn(7000215),
    keyVault(403, "Forbidden"),
    keyVault(404, "SecretNotFound"),
    await input("bearerToken", "$(BearerToken)"),
    await input("notebookFolder", "$(folder)"),
    await messageOf(() => workspaceUrl("the staging workspace")),
    forbidden("create a Databricks token", "User not authorized."),
    forbidden("create a Databricks token", "Personal access is disabled."),
    await messageOf(() => loadInputs({ requiredInput: () => other } as unknown as TaskHost)),
    await messageOf(() =>
      new HostPolicy("databricks", undefined).require(new URL("https://dbx.contoso.com"), "create cluster a"),
    ),
    await messageOf(() => requireMachines({}, "use the cluster config a.json", "add one of them")),
    forbidden("create cluster a", "You are not allowed to create clusters."),
    await terminated(
      "SECRET_RESOLUTION_ERROR",
      "SERVICE_FAULT",
      "Failed to fetch secrets referred to in Spark Conf",
    ),
    await terminated("AZURE_QUOTA_EXCEEDED_EXCEPTION", "CLIENT_ERROR", "10 cores"),
    await terminated("INSTANCE_POOL_MAX_CAPACITY_REACHED", "CLIENT_ERROR", "4 instances"),
    await cluster({ state: "PENDING" }),
    noExit(),
    await notebooks([]),
    await notebooks(["plain/etl.py"]),
    await notebooks(["elt.py"]),
    await messageOf(() => readProject("/nowhere/notebooks", [])),
    ...readConfig("serviceConections: {}\n", workspaceConfig).problems.map(({ message }) => message),
  ];
}
