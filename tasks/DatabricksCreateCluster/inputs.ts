import type { Library } from "../../shared/databricks/api/libraries.ts";
import { parseLibraries } from "../../shared/databricks/clusters/library-specs.ts";
import type { TaskHost } from "../../shared/task/host.ts";

interface Inputs {
  /** Path of the cluster config. */
  clusterConfig: string;
  libraries: Library[];
  timeoutMinutes: number;
  keepCluster: boolean;
}

export function loadInputs(host: TaskHost): Inputs {
  return {
    clusterConfig: host.pathInput("clusterConfig") ?? host.requiredInput("clusterConfig"),
    libraries: parseLibraries(host.input("libraries")),
    timeoutMinutes: host.integerInput("timeoutMinutes", { min: 1, max: 1440 }),
    keepCluster: host.booleanInput("keepCluster"),
  };
}
