import { Fields } from "./fields.ts";
import { entry, PipelineError, type YamlNode } from "./node.ts";
import type { StepDefinition } from "./pipeline.ts";

const common = [
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

/** Each kind of step stands for one task; its own fields are the task's inputs. */
const kinds: Record<string, StepKind> = {
  task: {
    fields: ["inputs"],
    read(fields, value) {
      const [, name, version] = /^([\w.-]+)@(\d+)$/.exec(value) ?? [];
      if (!name || !version)
        throw new PipelineError(
          fields.map.at,
          `task: ${value} must be the name of a task and its major version, Name@1`,
        );
      return { task: name, version: Number(version), inputs: fields.texts("inputs") };
    },
  },
  script: {
    fields: ["workingDirectory", "failOnStderr"],
    read: (fields, script) => ({
      task: "CmdLine",
      version: 2,
      inputs: { script, ...given(fields, ["workingDirectory", "failOnStderr"]) },
    }),
  },
  bash: {
    fields: ["workingDirectory", "failOnStderr"],
    read: (fields, script) => ({
      task: "Bash",
      version: 3,
      inputs: { targetType: "inline", script, ...given(fields, ["workingDirectory", "failOnStderr"]) },
    }),
  },
  checkout: {
    fields: ["clean", "fetchDepth", "fetchTags", "persistCredentials", "submodules", "lfs"],
    read(fields, repository) {
      if (repository !== "self" && repository !== "none")
        throw new PipelineError(
          fields.map.at,
          `checkout: ${repository} is not supported (self and none are)`,
        );
      return { task: "Checkout", version: 1, inputs: { repository }, displayName: `Checkout ${repository}` };
    },
  },
  publish: {
    fields: ["artifact"],
    read: (fields, targetPath) => ({
      task: "PublishPipelineArtifact",
      version: 1,
      inputs: { targetPath, ...given(fields, ["artifact"]) },
    }),
  },
  download: {
    fields: ["artifact", "patterns", "path"],
    read(fields, source) {
      if (source !== "current" && source !== "none")
        throw new PipelineError(fields.map.at, `download: ${source} is not supported (current and none are)`);
      return {
        task: "DownloadPipelineArtifact",
        version: 2,
        inputs: { source, ...given(fields, ["artifact", "patterns", "path"]) },
      };
    },
  },
};

export function parseSteps(nodes: readonly YamlNode[]): StepDefinition[] {
  const steps = nodes.map(parseStep);
  const names = new Set<string>();
  for (const { name, at } of steps) {
    if (name === undefined) continue;
    if (names.has(name.toLowerCase())) throw new PipelineError(at, `two steps of this job are named ${name}`);
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
    throw new PipelineError(
      first?.at ?? node.at,
      `a step of kind ${first?.value ?? "{}"} is not supported (supported: ${Object.keys(kinds).join(", ")})`,
    );
  }
  const fields = new Fields(node, `a ${key.value} step`, [key.value, ...kind.fields, ...common]);
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

function given(fields: Fields, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = fields.text(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
