import type { TaskHost } from "../../shared/task/host.ts";

interface Inputs {
  clusterId: string;
}

export function loadInputs(host: TaskHost): Inputs {
  return { clusterId: host.requiredInput("clusterId") };
}
