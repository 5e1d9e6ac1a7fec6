import { prepend } from "../names.ts";
import type { JobPython } from "../python/job-python.ts";
import { runStep, type StageResult, type StepOptions } from "../step-session.ts";
import { inheritedEnvironment, variableEnvironment } from "../task/task-environment.ts";
import { resolveInputs } from "../task/task-inputs.ts";
import { warnOfUnsetVariables } from "../unset-variables.ts";
import type { BuiltInTask, RunServices } from "./built-in-task.ts";

/** Runs a built-in task as a step, with inputs, log, commands and variables as a task of an extension. */
export function runBuiltIn(
  task: BuiltInTask,
  options: StepOptions & { services: RunServices; python: JobPython },
): Promise<StageResult> {
  return runStep(options, task.manifest, (session) => {
    warnOfUnsetVariables(session, options);
    const { inputs } = resolveInputs({
      manifest: task.manifest,
      values: options.inputs ?? {},
      variable: (name) => session.variables.get(name),
      endpoints: [],
      sourcesFolder: session.sourcesFolder,
    });
    const environment = {
      ...inheritedEnvironment(),
      ...options.machineEnvironment,
      TF_BUILD: "True",
      ...variableEnvironment(session.variables),
      ...session.stepEnvironment,
    };
    prepend(environment, options.prependPath ?? []);
    const { cancelTimes, services, python } = options;
    const log = (line: string) => session.processor.print(line);
    return task.run({ ...session, inputs, environment, cancelTimes, services, python, log });
  });
}
