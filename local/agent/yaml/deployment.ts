import { Fields } from "./fields.ts";
import { PipelineError } from "./node.ts";
import type { ParseContext } from "./parse-context.ts";
import { parseSteps } from "./parse-steps.ts";
import type { DeploymentHook, JobDefinition, StepDefinition } from "./pipeline.ts";
import type { Problems } from "./problems.ts";

/** The hooks in the order in which they run; `success` and `failure` are under `on`. */
const hooks: readonly DeploymentHook[] = [
  "preDeploy",
  "deploy",
  "routeTraffic",
  "postRouteTraffic",
  "success",
  "failure",
];

/** `environment: name`, `environment: name.resource`, or a map of both. */
export function environmentOf(fields: Fields, problems: Problems): JobDefinition["environment"] {
  const node = fields.node("environment");
  if (!node) return undefined;
  if (node.kind === "scalar") {
    // A dot in a macro does not separate the resource: $(Build.SourceBranchName)
    const [, name = "", resourceName] = /^((?:\$\([^)]*\)|[^.])*)(?:\.(.*))?$/s.exec(node.value) ?? [];
    return { name, resourceName };
  }
  const known = ["name", "resourceName", "resourceId", "resourceType", "tags"];
  const environment = Fields.of(node, "an environment", known, problems);
  const name = environment.text("name");
  if (!name) throw new PipelineError(node.at, "an environment must have a name; write name: <name>");
  return { name, resourceName: environment.text("resourceName") };
}

const strategyKeys = {
  supported: ["runOnce"],
  unsupported: { rolling: "use runOnce", canary: "use runOnce" },
};

/**
 * A job for each hook of a deployment: each runs as a job of its own, and all of them are one job to others.
 * @param problems those of the keys of the job, not of its steps
 */
export function deploymentJobs(
  fields: Fields,
  job: Omit<JobDefinition, "steps">,
  context: ParseContext,
  problems: Problems,
): JobDefinition[] {
  const strategy = fields.node("strategy");
  if (!strategy) {
    if (fields.map.isBroken) return [];
    throw new PipelineError(fields.map.at, "a deployment must have a strategy");
  }
  const strategies = Fields.of(strategy, "a deployment's strategy", strategyKeys, problems);
  const node = strategies.node("runOnce");
  if (!node && (strategies.has("rolling") || strategies.has("canary"))) return [{ ...job, steps: [] }];
  const runOnce = node && Fields.of(node, "runOnce", [...hooks.slice(0, 4), "on"], problems);
  const onNode = runOnce?.node("on");
  const on = onNode && Fields.of(onNode, "on", hooks.slice(4), problems);
  const stepsOf = (hook: DeploymentHook) => {
    const hookNode = (hook === "failure" || hook === "success" ? on : runOnce)?.node(hook);
    return hookNode && Fields.of(hookNode, hook, ["steps", "pool"], problems).list("steps");
  };
  if (!stepsOf("deploy") && context.isWhole && problems.isEmpty)
    throw new PipelineError(strategy.at, "a deployment must have its steps under strategy.runOnce.deploy");
  return hooks.flatMap((hook) => {
    const steps = stepsOf(hook);
    return steps ? [hookJob(job, hook, parseSteps(steps, context))] : [];
  });
}

function hookJob(
  job: Omit<JobDefinition, "steps">,
  hook: DeploymentHook,
  parsed: StepDefinition[],
): JobDefinition {
  const steps = withDeploymentStart(job, hook, parsed);
  const resource = job.environment?.resourceName;
  // https://learn.microsoft.com/azure/devops/pipelines/process/deployment-jobs#support-for-output-variables
  const outputPrefix = resource ? `Deploy_${resource}.` : job.outputPrefix;
  if (hook === "deploy") return { ...job, hook, outputPrefix, steps };
  const named = { name: `${job.name} ${hook}`, displayName: `${job.displayName} ${hook}` };
  return { ...job, ...named, hook, outputPrefix: `${hook}.`, steps };
}

/** A deployment job checks out no sources, but its hook `deploy` downloads the artifacts of the run first. */
function withDeploymentStart(
  { at }: Pick<JobDefinition, "at">,
  hook: DeploymentHook,
  steps: JobDefinition["steps"],
): JobDefinition["steps"] {
  const hasStep = (task: string) => steps.some((step) => step.task === task);
  const step = { env: {}, continueOnError: false, enabled: true, retries: 0, at };
  const before = [];
  if (!hasStep("Checkout"))
    before.push({ ...step, task: "Checkout", version: 1, inputs: { repository: "none" } });
  if (hook === "deploy" && !hasStep("DownloadPipelineArtifact"))
    before.push({ ...step, task: "DownloadPipelineArtifact", version: 2, inputs: { source: "current" } });
  return [...before, ...steps];
}
