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

/** What a step is given, be it a task of the extension or one that is built in. */
export interface StepOptions {
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
  /** What the agent's machine has in its environment beside this one's own. */
  machineEnvironment?: Record<string, string>;
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
  /** Null where no process ended by itself. */
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
  /** Aborted when the step is cancelled or its time is over. */
  signal: AbortSignal;
  /** The step's `env:`, expanded, on top of the machine's. */
  stepEnvironment: Record<string, string>;
}

/** Runs a step's body with all that surrounds it: variables, masking, log, commands, time. A throw of it is a failed step. */
export async function runStep(
  options: StepOptions,
  manifest: TaskManifest,
  body: (session: StepSession) => Promise<number | null>,
): Promise<StageResult> {
  const { tempFolder, sourcesFolder = options.tempFolder, masker = new SecretMasker() } = options;
  await mkdir(tempFolder, { recursive: true });
  const base = agentVariables({ temp: tempFolder, work: path.dirname(tempFolder), sources: sourcesFolder });
  const variables = new VariableStore({ ...base, ...options.variables }, options.secretVariables);
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
      debug: variables.get("System.Debug")?.toLowerCase() === "true",
    },
    log.write,
  );
  const time = options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, time].filter((each) => each !== undefined));
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
    if (time?.aborted && !options.signal?.aborted) throw new Error("The task has timed out.");
  } catch (error) {
    if (!options.signal?.aborted) {
      processor.issue("error", (error as Error).message);
      processor.merge("failed");
    }
  } finally {
    if (options.signal?.aborted) processor.merge("canceled");
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

function endpointSecrets(endpoints: readonly Endpoint[]): string[] {
  const isSecret = (key: string) =>
    !/^(tenantid|serviceprincipalid|authenticationtype|username|url)$/i.test(key);
  return endpoints.flatMap(({ authorization }) =>
    Object.entries(authorization.parameters).flatMap(([key, value]) =>
      isSecret(key) && value !== "" ? [value] : [],
    ),
  );
}
