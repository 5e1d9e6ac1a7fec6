import os from "node:os";
import path from "node:path";
import { type Endpoint, systemEndpointId } from "../endpoint.ts";
import { type CaseInsensitiveMap, environmentName } from "../names.ts";
import type { VariableStore } from "../variables.ts";

/**
 * Variables of a person's shell that a hosted agent does not have. The settings of a cloud would let a client find an account that is
 * not the pipeline's, and NODE_OPTIONS would change the Node of the task. With VIRTUAL_ENV, uv installs into the environment that the person
 * activated, and with the GIT_DIR of a Git hook every git command is about the repository of the hook.
 */
const notInherited =
  /^(INPUT|ENDPOINT|SECRET|VSTS|SYSTEM|BUILD|AGENT|RELEASE|PIPELINE|TASK|AZURE|ARM|DATABRICKS|FABRIC|NPM)_|^(NODE_OPTIONS|INIT_CWD|VIRTUAL_ENV|VIRTUAL_ENV_PROMPT|UV_PROJECT_ENVIRONMENT|PYTHONHOME)$|^GIT_(DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|CONFIG.*|AUTHOR_.*|COMMITTER_.*)$/i;

/** The part of this process's environment that steps inherit. */
export function inheritedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && !notInherited.test(name)) environment[name] = value;
  return environment;
}

/** The predefined variables of every job: https://learn.microsoft.com/azure/devops/pipelines/build/variables */
export function agentVariables(folders: {
  temp: string;
  work: string;
  sources: string;
}): Record<string, string> {
  return {
    "Agent.TempDirectory": folders.temp,
    "Agent.WorkFolder": folders.work,
    "Agent.RootDirectory": folders.work,
    "Agent.HomeDirectory": folders.work,
    "Agent.ToolsDirectory": path.join(folders.work, "_tool"),
    "Agent.BuildDirectory": folders.work,
    "Pipeline.Workspace": folders.work,
    "System.DefaultWorkingDirectory": folders.sources,
    "Build.SourcesDirectory": folders.sources,
    "Build.Repository.LocalPath": folders.sources,
    "Agent.Id": "1",
    "Agent.Name": "notebook-ops",
    "Agent.MachineName": os.hostname(),
    "Agent.OS": { darwin: "Darwin", win32: "Windows_NT" }[process.platform as string] ?? "Linux",
    "Agent.OSArchitecture": { arm64: "ARM64", ia32: "X86" }[process.arch as string] ?? "X64",
    "Agent.Version": "4.260.0",
    "Agent.JobStatus": "Succeeded",
    "System.Culture": "en-US",
    "System.HostType": "build",
  };
}

/** The variables that are not secret, as environment variables. */
export function variableEnvironment(variables: VariableStore): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables.open())) {
    if (name.toLowerCase() === "agent.jobstatus") environment[name] = value;
    environment[environmentName(name)] = value;
  }
  return environment;
}

/** The environment variables that the agent adds to the machine's for a task. */
export function taskEnvironment(options: {
  inputs: CaseInsensitiveMap<string>;
  variables: VariableStore;
  taskVariables: VariableStore;
  endpoints: readonly Endpoint[];
}): Record<string, string> {
  const { inputs, variables, taskVariables, endpoints } = options;
  const environment: Record<string, string> = { TF_BUILD: "True", ...variableEnvironment(variables) };
  for (const [name, value] of Object.entries(variables.secrets()))
    environment[`SECRET_${environmentName(name)}`] = value;
  environment.VSTS_PUBLIC_VARIABLES = JSON.stringify(Object.keys(variables.open()));
  environment.VSTS_SECRET_VARIABLES = JSON.stringify(Object.keys(variables.secrets()));
  for (const [name, { value }] of taskVariables)
    environment[`VSTS_TASKVARIABLE_${environmentName(name)}`] = value;
  for (const [name, value] of inputs) environment[`INPUT_${environmentName(name)}`] = value;
  for (const endpoint of endpoints) Object.assign(environment, endpointEnvironment(endpoint));
  return environment;
}

function endpointEnvironment({ id, url, authorization, data }: Endpoint): Record<string, string> {
  const environment: Record<string, string> = {
    [`ENDPOINT_URL_${id}`]: url,
    [`ENDPOINT_AUTH_${id}`]: JSON.stringify(authorization),
    [`ENDPOINT_AUTH_SCHEME_${id}`]: authorization.scheme,
  };
  for (const [key, value] of Object.entries(authorization.parameters))
    environment[`ENDPOINT_AUTH_PARAMETER_${id}_${environmentName(key)}`] = value;
  if (id === systemEndpointId) return environment;
  environment[`ENDPOINT_DATA_${id}`] = JSON.stringify(data);
  for (const [key, value] of Object.entries(data))
    environment[`ENDPOINT_DATA_${id}_${environmentName(key)}`] = value;
  return environment;
}
