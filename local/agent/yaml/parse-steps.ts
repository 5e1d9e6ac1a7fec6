import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { Fields } from "./fields.ts";
import { entry, PipelineError, type YamlNode } from "./node.ts";
import type { StepDefinition } from "./pipeline.ts";

const commonKeys = [
  "name",
  "displayName",
  "condition",
  "continueOnError",
  "enabled",
  "timeoutInMinutes",
  "retryCountOnTaskFailure",
  "env",
];

interface StepKind {
  fields: string[];
  read(
    fields: Fields,
    value: string,
  ): Pick<StepDefinition, "task" | "version" | "inputs"> & { displayName?: string };
}

/** The kinds of steps. Each runs one task, whose inputs are the step's own fields. */
const kinds: Record<string, StepKind> = {
  task: {
    fields: ["inputs"],
    read(fields, value) {
      const [, name, version] = /^([\w.-]+)@(\d+)$/.exec(value) ?? [];
      if (!name || !version)
        throw new PipelineError(
          fields.map.at,
          `the task ${value} must be given with its major version, as in Bash@3`,
        );
      return { task: name, version: Number(version), inputs: fields.texts("inputs") };
    },
  },
  script: {
    fields: ["workingDirectory", "failOnStderr"],
    read: (fields, script) => ({
      task: "CmdLine",
      version: 2,
      inputs: { script, ...inputsOf(fields, ["workingDirectory", "failOnStderr"]) },
    }),
  },
  bash: {
    fields: ["workingDirectory", "failOnStderr"],
    read: (fields, script) => ({
      task: "Bash",
      version: 3,
      inputs: { targetType: "inline", script, ...inputsOf(fields, ["workingDirectory", "failOnStderr"]) },
    }),
  },
  checkout: {
    fields: ["clean", "fetchDepth", "fetchTags", "persistCredentials", "submodules", "lfs"],
    read(fields, repository) {
      requireOneOf(["self", "none"], repository, fields, "checkout");
      return { task: "Checkout", version: 1, inputs: { repository }, displayName: `Checkout ${repository}` };
    },
  },
  publish: {
    fields: ["artifact"],
    read: (fields, targetPath) => ({
      task: "PublishPipelineArtifact",
      version: 1,
      inputs: { targetPath, ...inputsOf(fields, ["artifact"]) },
    }),
  },
  download: {
    fields: ["artifact", "patterns", "path"],
    read(fields, source) {
      requireOneOf(["current", "none"], source, fields, "download");
      return {
        task: "DownloadPipelineArtifact",
        version: 2,
        inputs: { source, ...inputsOf(fields, ["artifact", "patterns", "path"]) },
      };
    },
  },
};

export function parseSteps(nodes: readonly YamlNode[]): StepDefinition[] {
  const steps = nodes.map(parseStep);
  const names = new Set<string>();
  for (const { name, at } of steps) {
    if (name === undefined) continue;
    if (names.has(name.toLowerCase()))
      throw new PipelineError(at, `two steps of the job are named ${name}; rename one of them`);
    names.add(name.toLowerCase());
  }
  return steps;
}

function parseStep(node: YamlNode): StepDefinition {
  if (node.kind !== "map")
    throw new PipelineError(node.at, "a step must be a map such as `script: …` or `task: …`");
  const key = node.entries.find((each) => each.key.value in kinds)?.key;
  const kind = key && kinds[key.value];
  if (!key || !kind) {
    const first = node.entries[0]?.key;
    if (!first) throw new PipelineError(node.at, "a step is empty; give it a script or a task");
    const known = [...Object.keys(kinds), "template"];
    const advice = `supported are ${known.join(", ")}`;
    throw new PipelineError(
      first.at,
      `the step "${first.value}" is not supported; ${didYouMean(first.value, known, advice)}`,
    );
  }
  const fields = new Fields(node, `a ${key.value} step`, [key.value, ...kind.fields, ...commonKeys]);
  const main = entry(node, key.value);
  if (main?.kind !== "scalar") throw new PipelineError(key.at, `${key.value} must be text`);
  const { displayName, ...step } = kind.read(fields, main.value);
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

function requireOneOf(supported: readonly string[], value: string, fields: Fields, key: string): void {
  if (supported.includes(value)) return;
  const advice = `supported are ${supported.join(" and ")}`;
  throw new PipelineError(
    fields.map.at,
    `${key}: ${value} is not supported; ${didYouMean(value, supported, advice)}`,
  );
}

function inputsOf(fields: Fields, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = fields.text(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
