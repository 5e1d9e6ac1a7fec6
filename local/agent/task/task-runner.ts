import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  CommandProcessor,
  type Issue,
  type StepEffects,
  type StepResult,
} from "../commands/command-processor.ts";
import type { LoggingCommand } from "../commands/logging-command.ts";
import { SecretMasker } from "../commands/secret-masker.ts";
import type { Endpoint } from "../endpoint.ts";
import { SYSTEM_ENDPOINT_ID } from "../endpoint.ts";
import { expandMacros } from "../macros.ts";
import { AGENT_CANCEL_TIMES, type CancelTimes, runProcess } from "../process/run-process.ts";
import { StepLog } from "../step-log.ts";
import { VariableStore } from "../variables.ts";
import { chooseHandler } from "./node-handler.ts";
import { agentVariables, inheritedEnvironment, taskEnvironment } from "./task-environment.ts";
import { resolveInputs } from "./task-inputs.ts";
import { type NodeHandler, readTaskManifest, type Stage, type TaskManifest } from "./task-manifest.ts";

export interface TaskStageOptions {
  /** The built task: the folder that holds its task.json. */
  taskFolder: string;
  stage?: Stage;
  inputs?: Record<string, string>;
  variables?: Record<string, string>;
  secretVariables?: Record<string, string>;
  /** What earlier stages of the same step kept (StageResult.taskVariables). */
  taskVariables?: Record<string, string>;
  endpoints?: readonly Endpoint[];
  /** Agent.TempDirectory; made where it is not there. */
  tempFolder: string;
  /** Build.SourcesDirectory and the working directory; the temp folder where not given. */
  sourcesFolder?: string;
  /** Which Node runs the task; without it the newest that the task declares and the machine has. */
  node?: NodeHandler;
  /** The step's reference name, by which its outputs are known; the task's name where not given. */
  stepName?: string;
  /** The step's own `env:`. */
  environment?: Record<string, string>;
  prependPath?: readonly string[];
  timeoutMs?: number;
  signal?: AbortSignal;
  cancelTimes?: CancelTimes;
  /** Shared by the steps of a job, so that what one registered stays masked in the next. */
  masker?: SecretMasker;
  /** Each line of the log as it comes, masked. */
  onLine?: (line: string) => void;
  logFile?: string;
}

export interface StageResult {
  result: StepResult;
  /** The end of the log (4 MB), masked. */
  log: string;
  commands: LoggingCommand[];
  /** The open variables that the stage set; outputs as `<stepName>.<name>`. */
  variables: Record<string, string>;
  secretVariables: Record<string, string>;
  /** All task variables after the stage, for the next one. */
  taskVariables: Record<string, string>;
  issues: Issue[];
  effects: StepEffects;
  /** Null where the process never ran or was killed. */
  exitCode: number | null;
}

/**
 * Runs one stage of a built task as the Azure Pipelines agent does. A task that cannot be started (a required input is missing, a
 * connection unknown) is a failed result with one sentence, not a throw.
 */
export async function runTaskStage(options: TaskStageOptions): Promise<StageResult> {
  const { stage = "main", tempFolder } = options;
  const sourcesFolder = options.sourcesFolder ?? tempFolder;
  await mkdir(tempFolder, { recursive: true });
  const manifest = await readTaskManifest(options.taskFolder);
  const base = agentVariables({ temp: tempFolder, work: path.dirname(tempFolder), sources: sourcesFolder });
  const variables = new VariableStore({ ...base, ...options.variables }, options.secretVariables);
  const taskVariables = new VariableStore(options.taskVariables);
  const masker = options.masker ?? new SecretMasker();
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
      debug: variables.get("System.Debug")?.toLowerCase() === "true",
    },
    log.write,
  );
  let exitCode: number | null = null;
  try {
    exitCode = await runHandler({
      options,
      stage,
      manifest,
      variables,
      taskVariables,
      sourcesFolder,
      processor,
    });
  } catch (error) {
    processor.issue("error", (error as Error).message);
    processor.merge("failed");
  } finally {
    log.close();
  }
  const set = new Set(processor.variablesSet());
  const onlySet = (record: Record<string, string>) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => set.has(name)));
  return {
    result: processor.result ?? "succeeded",
    log: log.text(),
    commands: processor.commands,
    variables: onlySet(variables.open()),
    secretVariables: onlySet(variables.secrets()),
    taskVariables: { ...taskVariables.open(), ...taskVariables.secrets() },
    issues: processor.issues,
    effects: processor.effects,
    exitCode,
  };
}

async function runHandler(run: {
  options: TaskStageOptions;
  stage: Stage;
  manifest: TaskManifest;
  variables: VariableStore;
  taskVariables: VariableStore;
  sourcesFolder: string;
  processor: CommandProcessor;
}): Promise<number | null> {
  const { options, stage, manifest, variables, taskVariables, sourcesFolder, processor } = run;
  const lookUp = (name: string) => variables.get(name);
  const handler = chooseHandler(manifest, stage, options.node);
  const { inputs, endpoints } = resolveInputs({
    manifest,
    given: options.inputs ?? {},
    variable: lookUp,
    endpoints: options.endpoints ?? [],
    sourcesFolder,
  });
  const system = (options.endpoints ?? []).filter(
    (endpoint) => endpoint.id === SYSTEM_ENDPOINT_ID && !endpoints.includes(endpoint),
  );
  const environment = {
    ...inheritedEnvironment(),
    ...Object.fromEntries(
      Object.entries(options.environment ?? {}).map(([name, value]) => [name, expandMacros(value, lookUp)]),
    ),
    ...taskEnvironment({ inputs, variables, taskVariables, endpoints: [...endpoints, ...system] }),
  };
  prepend(environment, options.prependPath ?? []);
  const timeout = options.timeoutMs ? AbortSignal.timeout(options.timeoutMs) : undefined;
  const signals = [options.signal, timeout].filter((signal) => signal !== undefined);
  const { exitCode, stopped } = await runProcess({
    command: handler.node,
    arguments: [path.join(options.taskFolder, handler.target)],
    environment,
    workingDirectory: sourcesFolder,
    onLine: (line) => processor.line(line),
    signal: AbortSignal.any(signals),
    cancelTimes: options.cancelTimes ?? AGENT_CANCEL_TIMES,
  });
  if (stopped && options.signal?.aborted) processor.merge("canceled");
  else if (stopped) {
    processor.issue("error", "The task has timed out.");
    processor.merge("failed");
  } else if (exitCode !== 0) {
    processor.issue(
      "error",
      `Exit code ${exitCode ?? "none"} returned from process ${handler.node} of ${manifest.name}.`,
    );
    processor.merge("failed");
  }
  return exitCode;
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

/** Puts folders before PATH, the last one added first. */
export function prepend(environment: Record<string, string>, folders: readonly string[]): void {
  if (folders.length === 0) return;
  const key = Object.keys(environment).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  environment[key] = [...[...folders].reverse(), environment[key] ?? ""].join(path.delimiter);
}
