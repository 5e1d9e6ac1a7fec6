import { mkdir } from "node:fs/promises";
import path from "node:path";
import { CommandProcessor } from "./commands/command-processor.ts";
import type { LoggingCommand } from "./commands/logging-command.ts";
import { SecretMasker } from "./commands/secret-masker.ts";
import type { Issue, StepEffects, StepResult } from "./commands/step-result.ts";
import type { Endpoint } from "./endpoint.ts";
import { expandMacros } from "./macros.ts";
import type { CancelTimes } from "./process/run-process.ts";
import { StepLog } from "./step-log.ts";
import { agentVariables } from "./task/task-environment.ts";
import type { NodeHandler, TaskManifest } from "./task/task-manifest.ts";
import { VariableStore } from "./variables.ts";

/** How to run a step, of a task of the extension or a built-in one. */
export interface StepOptions {
  inputs?: Record<string, string>;
  variables?: Record<string, string>;
  secretVariables?: Record<string, string>;
  /** The names of the variables that the step cannot change. */
  readOnlyVariables?: readonly string[];
  /** From the earlier stages of the same step (StageResult.taskVariables). */
  taskVariables?: Record<string, string>;
  endpoints?: readonly Endpoint[];
  /** Agent.TempDirectory; created if it does not exist. */
  tempFolder: string;
  /** Build.SourcesDirectory and the working directory; the temp folder by default. */
  sourcesFolder?: string;
  /** The Node that runs the task; by default the newest one that the task declares and the machine has. */
  node?: NodeHandler;
  /** The step's reference name, which is part of the names of its outputs; the task's name by default. */
  stepName?: string;
  /** The `env:` of the step. */
  environment?: Record<string, string>;
  /** Variables that the agent's machine has in addition to the environment of this process. */
  machineEnvironment?: Record<string, string>;
  prependPath?: readonly string[];
  timeoutMs?: number;
  signal?: AbortSignal;
  cancelTimes?: CancelTimes;
  /** The steps of a job share it, so that a secret that one step registers stays masked in the next. */
  masker?: SecretMasker;
  /** Is called with each masked line of the log, as it comes. */
  onLine?: (line: string) => void;
  logFile?: string;
}

export interface StageResult {
  result: StepResult;
  /** The last 4 MB of the masked log. */
  log: string;
  commands: LoggingCommand[];
  /** The variables that the stage set and that are not secret; outputs as `<stepName>.<name>`. */
  variables: Record<string, string>;
  secretVariables: Record<string, string>;
  /** The names of the variables that the stage set and that no later step can change. */
  readOnlyVariables: string[];
  /** All task variables after the stage, for the next one. */
  taskVariables: Record<string, string>;
  issues: Issue[];
  effects: StepEffects;
  /** Null if no process ran, or a signal ended it. */
  exitCode: number | null;
}

/** A step while it runs. */
export interface StepSession {
  manifest: TaskManifest;
  variables: VariableStore;
  taskVariables: VariableStore;
  sourcesFolder: string;
  tempFolder: string;
  processor: CommandProcessor;
  /** Is aborted when the step is cancelled or has timed out. */
  signal: AbortSignal;
  /** The `env:` of the step, with its macros expanded. */
  stepEnvironment: Record<string, string>;
}

/** Runs a step with its variables, masking, log, commands and timeout. An error that `body` throws fails the step. */
export async function runStep(
  options: StepOptions,
  manifest: TaskManifest,
  body: (session: StepSession) => Promise<number | null>,
): Promise<StageResult> {
  const { tempFolder, sourcesFolder = options.tempFolder, masker = new SecretMasker() } = options;
  await mkdir(tempFolder, { recursive: true });
  const base = agentVariables({ temp: tempFolder, work: path.dirname(tempFolder), sources: sourcesFolder });
  const variables = new VariableStore({ ...base, ...options.variables }, options.secretVariables);
  variables.markReadOnly(options.readOnlyVariables ?? []);
  const taskVariables = new VariableStore(options.taskVariables);
  for (const secret of [...Object.values(variables.secrets()), ...endpointSecrets(options.endpoints ?? [])])
    masker.add(secret);
  const log = new StepLog(masker, { onLine: options.onLine, file: options.logFile });
  const processor = new CommandProcessor(
    {
      stepName: options.stepName ?? manifest.name,
      variables,
      taskVariables,
      masker,
      outputNames: (manifest.outputVariables ?? []).map((output) => output.name),
      restrictions: manifest.restrictions ?? {},
      endpointIds: (options.endpoints ?? []).map(({ id }) => id),
      debug: variables.get("System.Debug")?.toLowerCase() === "true",
    },
    log.write,
  );
  const timeout = options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout].filter((each) => each !== undefined));
  const stepEnvironment = Object.fromEntries(
    Object.entries(options.environment ?? {}).map(([name, value]) => [
      name,
      expandMacros(value.trim(), (variable) => variables.get(variable)),
    ]),
  );
  let exitCode: number | null = null;
  try {
    exitCode = await body({
      manifest,
      variables,
      taskVariables,
      sourcesFolder,
      tempFolder,
      processor,
      signal,
      stepEnvironment,
    });
    if (timeout?.aborted && !options.signal?.aborted) throw new Error("The task has timed out.");
  } catch (error) {
    if (!options.signal?.aborted) {
      processor.issue("error", (error as Error).message);
      processor.worsen("failed");
    }
  } finally {
    if (options.signal?.aborted) processor.worsen("canceled");
    log.close();
  }
  const namesSet = new Set(processor.namesOfVariablesSet());
  const onlySet = (record: Record<string, string>) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => namesSet.has(name)));
  return {
    result: processor.result ?? "succeeded",
    log: log.text(),
    commands: processor.commands,
    variables: onlySet(variables.open()),
    secretVariables: onlySet(variables.secrets()),
    readOnlyVariables: variables.readOnlyNames().filter((name) => namesSet.has(name)),
    taskVariables: { ...taskVariables.open(), ...taskVariables.secrets() },
    issues: processor.issues,
    effects: processor.effects,
    exitCode,
  };
}

function endpointSecrets(endpoints: readonly Endpoint[]): string[] {
  const isSecret = (key: string) =>
    !/^(tenantid|serviceprincipalid|authenticationtype|username|url)$/i.test(key);
  return endpoints.flatMap(({ authorization }) =>
    Object.entries(authorization.parameters).flatMap(([key, value]) =>
      isSecret(key) && value !== "" ? [value] : [],
    ),
  );
}
