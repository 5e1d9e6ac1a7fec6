import type { TaskHost } from "../../shared/task/host.ts";

/** The build of this step, for the people who find its lock. */
export function describeBuild(host: Pick<TaskHost, "variable">): string {
  const build = host.variable("Build.BuildId");
  const collection = host.variable("System.CollectionUri");
  const project = host.variable("System.TeamProject");
  if (build === undefined || collection === undefined || project === undefined) return "another step";
  return `build ${build} (${collection}${encodeURIComponent(project)}/_build/results?buildId=${build})`;
}
