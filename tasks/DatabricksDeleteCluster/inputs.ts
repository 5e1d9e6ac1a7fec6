import type { TaskHost } from "../../shared/task/host.ts";

interface Inputs {
  /** Undefined if no cluster was created. */
  clusterId: string | undefined;
}

/** The output of DatabricksCreateCluster, also by the name of its step. */
const createdClusterId = /^([\w-]+\.)*ClusterId$/i;

export function loadInputs(host: TaskHost): Inputs {
  const unset = host.unsetVariable("clusterId");
  // A variable that takes over the output of another job is empty if there is none. Any other variable is misspelt, or was forgotten.
  const isNotCreated =
    unset === undefined ? host.input("clusterId") === undefined : createdClusterId.test(unset);
  if (isNotCreated) return { clusterId: undefined };
  return { clusterId: host.requiredInput("clusterId") };
}
