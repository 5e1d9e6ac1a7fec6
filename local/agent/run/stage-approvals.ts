import { expandMacros } from "../macros.ts";
import type { VariableStore } from "../variables.ts";
import type { StageDefinition } from "../yaml/pipeline.ts";
import { withoutControls } from "./reporter.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Asks the people of the environments to which a stage deploys, before it starts. Azure DevOps asks also for jobs whose own condition is not
 * met (https://github.com/microsoft/azure-pipelines-yaml/issues/401).
 * @param variablesOf the variables by which a job names its environment
 * @returns whether the stage may run
 */
export function isStageApproved(
  run: RunContext,
  stage: StageDefinition,
  stageId: string,
  variablesOf: (job: StageDefinition["jobs"][number]) => VariableStore,
): boolean {
  const { buildServer } = run.options.host;
  const names = stage.jobs.flatMap((job) => {
    if (job.environment === undefined) return [];
    const variables = variablesOf(job);
    return [expandMacros(job.environment.name, (name) => variables.get(name))];
  });
  const unique = names.filter((name, index) => names.findIndex((other) => isSame(other, name)) === index);
  const approvals = buildServer?.requestApprovals(run.folders.buildId, stageId, unique) ?? [];
  for (const { environment, answers } of approvals)
    for (const { approver, answer, comment } of answers) {
      const said = comment === "" ? "" : `: "${comment}"`;
      const line = withoutControls(`${environment}: ${answer} by ${approver}${said}`);
      run.approvals.push(line);
      run.reporter.approval(`Approval for ${line}`, answer === "approved");
    }
  const rejected = approvals.filter(({ isApproved }) => !isApproved).map(({ environment }) => environment);
  if (rejected.length === 0) return true;
  run.reporter.issue({
    type: "error",
    message: `The stage ${stage.displayName || stage.name} does not run, because the approval for ${rejected.join(", ")} was rejected.`,
    properties: {},
  });
  return false;
}

const isSame = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
