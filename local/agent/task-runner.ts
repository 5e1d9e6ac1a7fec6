import path from "node:path";
import { systemEndpointId } from "./endpoint.ts";
import { prepend } from "./names.ts";
import { runProcess } from "./process/run-process.ts";
import { runStep, type StageResult, type StepOptions, type StepSession } from "./step-session.ts";
import { chooseHandler } from "./task/node-handler.ts";
import { inheritedEnvironment, taskEnvironment } from "./task/task-environment.ts";
import { resolveInputs } from "./task/task-inputs.ts";
import { readTaskManifest, type TaskStage } from "./task/task-manifest.ts";
import { warnOfUnsetVariables } from "./unset-variables.ts";

export interface TaskStageOptions extends StepOptions {
  /** The folder of the built task, with its task.json. */
  taskFolder: string;
  /** `main` by default. */
  stage?: TaskStage;
}

/**
 * Runs one stage of a built task as the Azure Pipelines agent does. If the task cannot start, for example because a required input is
 * missing, the result is `failed`, with one issue that says why.
 */
export async function runTaskStage(options: TaskStageOptions): Promise<StageResult> {
  const manifest = await readTaskManifest(options.taskFolder);
  return runStep(options, manifest, (session) => runHandler(options, session));
}

async function runHandler(options: TaskStageOptions, session: StepSession): Promise<number | null> {
  const { manifest, variables, taskVariables, sourcesFolder, processor } = session;
  const handler = chooseHandler(manifest, options.stage ?? "main", options.node);
  // The tasks themselves tell of their inputs, on any agent.
  if ((options.stage ?? "main") === "main")
    warnOfUnsetVariables(session, { environment: options.environment });
  const { inputs, endpoints } = resolveInputs({
    manifest,
    values: options.inputs ?? {},
    variable: (name) => variables.get(name),
    endpoints: options.endpoints ?? [],
    sourcesFolder,
  });
  const system = (options.endpoints ?? []).filter(
    (endpoint) => endpoint.id === systemEndpointId && !endpoints.includes(endpoint),
  );
  const environment = {
    ...inheritedEnvironment(),
    ...options.machineEnvironment,
    ...session.stepEnvironment,
    ...taskEnvironment({ inputs, variables, taskVariables, endpoints: [...endpoints, ...system] }),
  };
  prepend(environment, options.prependPath ?? []);
  const { exitCode, stopped } = await runProcess({
    command: handler.node,
    arguments: [path.join(options.taskFolder, handler.target)],
    environment,
    workingDirectory: sourcesFolder,
    onLine: (line) => processor.line(line),
    signal: session.signal,
    cancelTimes: options.cancelTimes,
  });
  if (!stopped && exitCode !== 0) {
    processor.issue(
      "error",
      `Exit code ${exitCode ?? "none"} returned from process ${handler.node} of ${manifest.name}.`,
    );
    processor.worsen("failed");
  }
  return exitCode;
}
