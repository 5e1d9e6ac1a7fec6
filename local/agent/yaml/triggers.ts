import { loadYaml } from "./load.ts";
import { entry } from "./node.ts";

/** Whether a pipeline runs for pull requests: it has a `pr` trigger other than `none`. */
export function runsForPullRequests(file: string): boolean {
  const root = loadYaml(file);
  const trigger = root.kind === "map" ? entry(root, "pr") : undefined;
  return trigger !== undefined && !(trigger.kind === "scalar" && trigger.value === "none");
}
