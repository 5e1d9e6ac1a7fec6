import type { TaskHost } from "../../shared/task/host.ts";
import { type Assignment, parseAssignments } from "./assignments.ts";

interface Inputs {
  /** Path of the template. */
  template: string;
  values: Assignment[];
  clusterName: string;
  autoterminationMinutes: number;
  /** Path of the file to write. */
  output: string;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    template: host.pathInput("template") ?? host.requiredInput("template"),
    values: parseAssignments(host.input("values") ?? ""),
    clusterName: host.requiredInput("clusterName"),
    autoterminationMinutes: host.integerInput("autoterminationMinutes", { min: 10, max: 10_000 }),
    output: host.pathInput("output") ?? host.requiredInput("output"),
  };
}
