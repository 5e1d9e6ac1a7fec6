import type { StepOutcome } from "../commands/step-result.ts";
import { expandMacros } from "../macros.ts";
import type { VariableStore } from "../variables.ts";
import type { DeploymentHook, JobDefinition } from "../yaml/pipeline.ts";
import { deploymentVariables } from "./predefined-variables.ts";
import type { RunContext } from "./run-context.ts";

/** Lists the deployment jobs of a stage in their environments. The hooks of a job are one deployment. */
export class Deployments {
  readonly #run: RunContext;
  readonly #stage: string;
  readonly #open = new Map<string, (result: StepOutcome) => void>();

  constructor(run: RunContext, stage: string) {
    this.#run = run;
    this.#stage = stage;
  }

  /** Starts the deployment, unless an earlier hook did. @returns the variables of the job; none if it has no environment */
  start({ environment, group, hook }: JobDefinition, variables: VariableStore): Record<string, string> {
    if (!environment) return {};
    const { options, folders } = this.#run;
    const { buildServer } = options.host;
    const given = expandMacros(environment.name, (name) => variables.get(name));
    // Without a build server the environment has no id of its own.
    const found = buildServer?.environment(folders.buildId, given) ?? { id: 1, name: given };
    if (buildServer && !this.#open.has(group)) {
      const deployment = { environment: found.name, stage: this.#stage, job: group };
      this.#open.set(group, buildServer.startDeployment(folders.buildId, deployment));
    }
    return deploymentVariables(found, { resourceName: environment.resourceName, hook });
  }

  /** Ends the deployment of a job after its last hook. */
  finish(group: string, result: StepOutcome): void {
    this.#open.get(group)?.(result);
  }
}

/**
 * Whether a hook runs after the earlier hooks of its deployment; true for any other job. A hook that is not due does not count as skipped for
 * jobs that depend on the deployment.
 */
export function isHookDue(hook: DeploymentHook | undefined, earlier: readonly StepOutcome[]): boolean {
  if (hook === "failure") return earlier.includes("failed");
  return (
    hook === undefined ||
    earlier.every((result) => result === "succeeded" || result === "succeededWithIssues")
  );
}
