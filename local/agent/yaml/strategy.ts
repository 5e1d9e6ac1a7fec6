import { Fields } from "./fields.ts";
import { PipelineError, UnsupportedError, type YamlNode } from "./node.ts";
import { parseVariables } from "./parse-variables.ts";
import type { JobDefinition, VariableDefinition } from "./pipeline.ts";
import type { Problems } from "./problems.ts";

/**
 * The jobs that a strategy makes of one: a job for each leg of a `matrix`, with the leg's variables, or as many as `parallel` says. They run
 * one after another, so that `maxParallel` has no effect.
 * https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/jobs-job-strategy
 */
export function strategyJobs(
  job: JobDefinition,
  node: YamlNode | undefined,
  problems: Problems,
): JobDefinition[] {
  if (!node) return [job];
  const strategy = Fields.of(node, "a strategy", ["matrix", "maxParallel", "parallel"], problems);
  const matrix = strategy.node("matrix");
  if (matrix) return matrixJobs(job, matrix);
  if (strategy.has("matrix") && !strategy.map.isBroken)
    throw new PipelineError(node.at, "a strategy must have a matrix with named legs");
  const count = strategy.count("parallel");
  if (count === undefined) return [job];
  return Array.from({ length: count }, (_, index) => ({
    ...job,
    name: `${job.name} ${index + 1}`,
    displayName: `${job.displayName} ${index + 1}`,
    variables: [...job.variables, ...position(job, index, count)],
    outputPrefix: `job${index + 1}.`,
  }));
}

function matrixJobs(job: JobDefinition, matrix: YamlNode): JobDefinition[] {
  if (matrix.kind === "scalar" && matrix.value.includes("$["))
    throw new UnsupportedError(
      matrix.at,
      "the local agent has no matrix that is only known while the pipeline runs; write its legs, or use a template expression",
    );
  if (matrix.kind !== "map" || matrix.entries.length === 0)
    throw new PipelineError(matrix.at, "a strategy must have a matrix with named legs");
  return matrix.entries.map(({ key, value }, index) => ({
    ...job,
    name: `${job.name} ${key.value}`,
    displayName: `${job.displayName} ${key.value}`,
    variables: [
      ...job.variables,
      ...parseVariables(value, {}),
      ...position(job, index, matrix.entries.length),
    ],
    outputPrefix: `${key.value}.`,
  }));
}

/** https://learn.microsoft.com/azure/devops/pipelines/build/variables#system-variables-devops-services */
function position({ at }: JobDefinition, index: number, count: number): VariableDefinition[] {
  return [
    { name: "System.JobPositionInPhase", value: String(index + 1), readOnly: true, at },
    { name: "System.TotalJobsInPhase", value: String(count), readOnly: true, at },
  ];
}
