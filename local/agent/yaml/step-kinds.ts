import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import type { Fields } from "./fields.ts";
import { PipelineError, UnsupportedError } from "./node.ts";
import type { ParseContext } from "./parse-context.ts";
import type { StepDefinition } from "./pipeline.ts";

const powerShellFields = ["errorActionPreference", "failOnStderr", "ignoreLASTEXITCODE", "workingDirectory"];

interface StepKind {
  fields: string[];
  read(
    fields: Fields,
    value: string,
    context: ParseContext,
  ): Pick<StepDefinition, "task" | "version" | "inputs"> & { displayName?: string };
}

/** The kinds of steps. Each runs one task, whose inputs are the step's own fields. */
export const stepKinds: Record<string, StepKind> = {
  task: {
    fields: ["inputs"],
    read(fields, value) {
      const [, name, version] = /^([^@]+)@(\d+)(?:\.[\d.*]+)?$/.exec(value) ?? [];
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
  powershell: powerShellStep({}),
  pwsh: powerShellStep({ pwsh: "true" }),
  checkout: {
    fields: [
      "clean",
      "fetchDepth",
      "fetchFilter",
      "fetchTags",
      "persistCredentials",
      "submodules",
      "lfs",
      "path",
      "sparseCheckoutDirectories",
      "sparseCheckoutPatterns",
      "workspaceRepo",
    ],
    read(fields, repository, { resources }) {
      const others = /^(git|github|bitbucket):\/\//.test(repository) ? [repository] : resources.repositories;
      requireOneOf(["self", "none"], repository, fields, "checkout", others);
      return {
        task: "Checkout",
        version: 1,
        inputs: { repository, ...inputsOf(fields, stepKinds.checkout!.fields) },
        displayName: `Checkout ${repository}`,
      };
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
    read(fields, source, { resources }) {
      requireOneOf(["current", "none"], source, fields, "download", resources.pipelines);
      return {
        task: "DownloadPipelineArtifact",
        version: 2,
        inputs: { source, ...inputsOf(fields, ["artifact", "patterns", "path"]) },
      };
    },
  },
};

function powerShellStep(more: Record<string, string>): StepKind {
  return {
    fields: powerShellFields,
    read: (fields, script) => ({
      task: "PowerShell",
      version: 2,
      inputs: { targetType: "inline", script, ...inputsOf(fields, powerShellFields), ...more },
    }),
  };
}

/** The kinds of steps of Azure Pipelines that the local agent does not have. */
export const unsupportedStepKinds: Record<string, string> = {
  downloadBuild: "download what the run itself published",
  getPackage: "download the package in a script",
  reviewApp: "remove it",
};

/** @param others values that Azure Pipelines has and the local agent has not */
function requireOneOf(
  supported: readonly string[],
  value: string,
  fields: Fields,
  key: string,
  others: readonly string[],
): void {
  if (supported.includes(value)) return;
  const advice = `supported are ${supported.join(" and ")}`;
  const { at } = fields.map;
  if (others.some((other) => other.toLowerCase() === value.toLowerCase()))
    throw new UnsupportedError(at, `${key}: ${value} is not supported by the local agent; ${advice}`);
  throw new PipelineError(
    at,
    `${key}: ${value} is not supported; ${didYouMean(value, [...supported, ...others], advice)}`,
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
