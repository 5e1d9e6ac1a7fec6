import { checkDependencies } from "./dependencies.ts";
import { deploymentJobs, environmentOf } from "./deployment.ts";
import { Fields } from "./fields.ts";
import { entry, PipelineError, UnsupportedError, type YamlNode } from "./node.ts";
import { firstUnsupported, nameGenerator, type ParseContext, variablesOf } from "./parse-context.ts";
import { parseSteps } from "./parse-steps.ts";
import type { JobDefinition } from "./pipeline.ts";
import { Problems } from "./problems.ts";
import { strategyJobs } from "./strategy.ts";

/** The keys of a job that the root of a pipeline with `steps` can have too. */
export const jobKeysOfRoot = [
  "strategy",
  "continueOnError",
  "container",
  "services",
  "workspace",
  "queue",
  "server",
  "timeoutInMinutes",
  "cancelTimeoutInMinutes",
];
const commonKeys = [
  "displayName",
  "dependsOn",
  "condition",
  "continueOnError",
  "timeoutInMinutes",
  "cancelTimeoutInMinutes",
  "variables",
  "pool",
  "strategy",
  "container",
  "services",
  "workspace",
  "uses",
  "templateContext",
];
/** The keys by which the kinds of jobs begin, each with its own keys. `phase` is the old word for a job. */
const kinds: Record<"job" | "deployment" | "phase", readonly string[]> = {
  job: ["job", "steps"],
  deployment: ["deployment", "environment"],
  phase: ["phase", "steps", "queue", "server"],
};

export function parseJobs(nodes: readonly YamlNode[], context: ParseContext): JobDefinition[] {
  const names = nodes.map((node) => {
    const name = node.kind === "map" ? entry(node, kindOf(node)) : undefined;
    return name?.kind === "scalar" ? name.value : undefined;
  });
  const nextName = nameGenerator("Job", names);
  const jobs = nodes.flatMap(
    (node) => context.problems.attempt(() => parseJob(node, nextName, context)) ?? [],
  );
  checkDependencies(jobs, "job", context);
  return jobs;
}

/** The one job of a pipeline that has only steps. */
export function jobOfSteps(root: Fields, context: ParseContext): JobDefinition[] {
  return withOwnProblems(context, (own) => {
    checkMachine(root, own);
    const job: JobDefinition = {
      name: "Job",
      displayName: "Job",
      dependsOn: [],
      variables: [],
      steps: parseSteps(root.list("steps") ?? [], context),
      continueOnError: root.boolean("continueOnError", false),
      timeoutMinutes: root.count("timeoutInMinutes"),
      cancelTimeoutMinutes: root.count("cancelTimeoutInMinutes"),
      outputPrefix: "",
      group: "Job",
      at: root.map.at,
    };
    return strategyJobs(job, root.node("strategy"), own);
  });
}

function parseJob(node: YamlNode, nextName: () => string, context: ParseContext): JobDefinition[] {
  const kind = kindOf(node);
  return withOwnProblems(context, (own) => {
    const fields = Fields.of(node, `a ${kind}`, [...kinds[kind], ...commonKeys], own);
    if (!fields.has(kind))
      own.add(
        new PipelineError(node.at, "a job must begin with job, deployment or template; write job: <name>"),
      );
    checkMachine(fields, own);
    const name = fields.name(kind) ?? nextName();
    const common: Omit<JobDefinition, "steps"> = {
      name,
      displayName: fields.text("displayName") ?? name,
      dependsOn: (fields.names("dependsOn") ?? []).map((each) => each.value),
      condition: fields.condition(),
      variables: variablesOf(fields.node("variables"), context),
      continueOnError: fields.boolean("continueOnError", false),
      timeoutMinutes: fields.count("timeoutInMinutes"),
      cancelTimeoutMinutes: fields.count("cancelTimeoutInMinutes"),
      outputPrefix: kind === "deployment" ? `${name}.` : "",
      group: name,
      environment: kind === "deployment" ? environmentOf(fields, own) : undefined,
      at: node.at,
    };
    if (kind === "deployment") return deploymentJobs(fields, common, context, own);
    const job = { ...common, steps: parseSteps(fields.list("steps") ?? [], context) };
    return strategyJobs(job, fields.node("strategy"), own);
  });
}

/** Where a job runs: everything but this machine is not supported. */
function checkMachine(fields: Fields, own: Problems): void {
  const refuse = (key: string, problem: string) => {
    const node = fields.node(key);
    if (node) own.add(new UnsupportedError(node.at, problem));
  };
  refuse(
    "container",
    "the local agent runs jobs only on the machine itself, not in a container; install there what the job needs, and remove container",
  );
  refuse(
    "services",
    "the local agent starts no containers as services; start them yourself, and remove services",
  );
  refuse("server", "the local agent has no jobs that run without an agent; use a job with steps");
  const pool = fields.node("pool");
  if (pool?.kind === "scalar" && pool.value.toLowerCase() === "server")
    refuse("pool", "the local agent has no jobs that run without an agent (pool: server); use another pool");
}

/** Reads a job with the problems of its own keys, of which an unsupported one is a reason to leave the job out. */
function withOwnProblems(
  { problems }: ParseContext,
  read: (own: Problems) => JobDefinition[],
): JobDefinition[] {
  const own = new Problems();
  const jobs = own.attempt(() => read(own)) ?? [];
  for (const problem of own.sorted()) problems.add(problem);
  const unsupported = firstUnsupported(own);
  return unsupported === undefined ? jobs : jobs.map((job) => ({ ...job, unsupported }));
}

function kindOf(node: YamlNode): keyof typeof kinds {
  const has = (key: string) => node.kind === "map" && entry(node, key) !== undefined;
  return has("deployment") ? "deployment" : has("phase") ? "phase" : "job";
}
