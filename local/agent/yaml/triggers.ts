import { loadYaml } from "./load.ts";
import { entry, PipelineError, type YamlNode } from "./node.ts";

/** Whether a pipeline runs for pull requests: it has a `pr` trigger other than `none`. */
export function runsForPullRequests(file: string): boolean {
  let root: YamlNode;
  try {
    root = loadYaml(file);
  } catch (error) {
    if (error instanceof PipelineError) return false; // which is told with all other problems of the file
    throw error;
  }
  const trigger = root.kind === "map" ? entry(root, "pr") : undefined;
  return trigger !== undefined && !(trigger.kind === "scalar" && trigger.value === "none");
}
