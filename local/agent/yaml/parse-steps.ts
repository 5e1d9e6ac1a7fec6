import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { Fields } from "./fields.ts";
import { entry, PipelineError, UnsupportedError, type YamlMap, type YamlNode } from "./node.ts";
import { firstUnsupported, type ParseContext } from "./parse-context.ts";
import type { StepDefinition } from "./pipeline.ts";
import { Problems } from "./problems.ts";
import { stepKinds, unsupportedStepKinds } from "./step-kinds.ts";

/** `target: host` says where a step of a job without a container runs anyway; another target is a container, or restricts the step. */
const commonKeys = [
  "target",
  "name",
  "displayName",
  "condition",
  "continueOnError",
  "enabled",
  "timeoutInMinutes",
  "retryCountOnTaskFailure",
  "env",
];

export function parseSteps(nodes: readonly YamlNode[], context: ParseContext): StepDefinition[] {
  const steps = nodes.flatMap((node) => parseStep(node, context));
  const names = new Set<string>();
  for (const { name, at } of steps) {
    if (name === undefined) continue;
    if (names.has(name.toLowerCase()))
      context.problems.add(
        new PipelineError(at, `two steps of the job are named ${name}; rename one of them`),
      );
    names.add(name.toLowerCase());
  }
  return steps;
}

/** @returns nothing for a step with a mistake, and the step with the reason if it is not supported */
function parseStep(node: YamlNode, context: ParseContext): StepDefinition[] {
  if (node.kind === "map" && node.isBroken) return checkBrokenStep(node, context);
  const problems = new Problems();
  const step = problems.attempt(() => readStep(node, { ...context, problems }));
  const unsupported = firstUnsupported(problems);
  const read = step ?? (unsupported === undefined ? undefined : unknownStep(node));
  // What does not run needs no support.
  const isLeftOut = (problem: PipelineError) =>
    read?.enabled === false && problem instanceof UnsupportedError;
  for (const problem of problems.sorted()) if (!isLeftOut(problem)) context.problems.add(problem);
  if (read === undefined) return [];
  return [unsupported === undefined ? read : { ...read, unsupported }];
}

/** A step with a value that could not be expanded, which was told: only its keys can be wrong too. */
function checkBrokenStep(node: YamlMap, { problems }: ParseContext): [] {
  const key = node.entries.find((each) => Object.hasOwn(stepKinds, each.key.value))?.key.value;
  if (key !== undefined) new Fields(node, `a ${key} step`, keysOf(key), problems);
  return [];
}

function keysOf(kind: string): string[] {
  return [kind, ...(stepKinds[kind]?.fields ?? []), ...commonKeys];
}

/** A step of which only its kind is known, for the list of what was left out. */
function unknownStep(node: YamlNode): StepDefinition {
  const [first] = node.kind === "map" ? node.entries : [];
  const text = (key: string) => {
    const found = node.kind === "map" ? entry(node, key) : undefined;
    return found?.kind === "scalar" && found.value !== "" ? found.value : undefined;
  };
  const kind = first?.key.value ?? "step";
  return {
    task: kind,
    version: 1,
    inputs: {},
    env: {},
    displayName: text("displayName") ?? `${kind}: ${text(kind)?.trim().split("\n")[0] ?? ""}`,
    continueOnError: false,
    enabled: text("enabled")?.toLowerCase() !== "false",
    retries: 0,
    at: node.at,
  };
}

function readStep(node: YamlNode, context: ParseContext): StepDefinition {
  if (node.kind !== "map")
    throw new PipelineError(node.at, "a step must be a map such as `script: …` or `task: …`");
  const key = node.entries.find((each) => Object.hasOwn(stepKinds, each.key.value))?.key;
  const kind = key && stepKinds[key.value];
  if (!key || !kind) throw unknownKind(node);
  const fields = new Fields(node, `a ${key.value} step`, keysOf(key.value), context.problems);
  const main = entry(node, key.value);
  if (main?.kind !== "scalar") throw new PipelineError(key.at, `${key.value} must be text`);
  const target = fields.node("target");
  if (target && !(target.kind === "scalar" && target.value === "host"))
    context.problems.add(
      new UnsupportedError(
        target.at,
        "the local agent runs steps only on the machine itself and with all commands; write target: host, or remove it",
      ),
    );
  const { displayName, ...step } = kind.read(fields, main.value, context);
  return {
    ...step,
    env: fields.texts("env"),
    name: fields.name("name"),
    displayName: fields.text("displayName") ?? displayName,
    condition: fields.condition(),
    continueOnError: fields.boolean("continueOnError", false),
    enabled: fields.boolean("enabled", true),
    timeoutMinutes: fields.count("timeoutInMinutes"),
    retries: fields.count("retryCountOnTaskFailure") ?? 0,
    at: node.at,
  };
}

function unknownKind(node: YamlMap): PipelineError {
  const unsupported = node.entries.find(({ key }) => Object.hasOwn(unsupportedStepKinds, key.value))?.key;
  if (unsupported)
    return new UnsupportedError(
      unsupported.at,
      `the step "${unsupported.value}" is not supported by the local agent; ${unsupportedStepKinds[unsupported.value]}`,
    );
  const first = node.entries[0]?.key;
  if (!first) return new PipelineError(node.at, "a step is empty; give it a script or a task");
  const known = [...Object.keys(stepKinds), "template"];
  const advice = `supported are ${known.join(", ")}`;
  return new PipelineError(
    first.at,
    `the step "${first.value}" is not supported; ${didYouMean(first.value, [...known, ...Object.keys(unsupportedStepKinds)], advice)}`,
  );
}
