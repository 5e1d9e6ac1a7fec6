import { RequestError } from "../http/errors.ts";
import type { TaskHost } from "../task/host.ts";
import { type AzureDevOps, connectAzureDevOps } from "./connection.ts";

/** The pipeline run that a job belongs to. */
interface BuildRun {
  id: string;
  /** A GUID. */
  project: string;
}

const forAllAttemptsMs = 30_000; // a step must not wait long for a tag

/**
 * The pipeline run of the job; undefined in a classic release, whose variables may name the build that it deploys, which another pipeline ran.
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables#system-variables (System.HostType)
 */
export function buildOf(variable: (name: string) => string | undefined): BuildRun | undefined {
  const id = variable("Build.BuildId");
  const project = variable("System.TeamProjectId");
  const isBuild = variable("System.HostType")?.toLowerCase() === "build";
  return isBuild && id && project ? { id, project } : undefined;
}

/**
 * Adds a tag to a pipeline run. The agent's command `build.addbuildtag` is no way to do that: it fails the step if the tag is refused, after
 * the task has ended. https://learn.microsoft.com/rest/api/azure/devops/build/tags/add-build-tag
 */
export async function addBuildTag(
  devops: AzureDevOps,
  { id, project }: BuildRun,
  tag: string,
): Promise<void> {
  const attempted = `add the tag ${tag} to pipeline run ${id}`;
  const { value } = await devops
    .at(devops.collectionUrl)
    .json<{ value: string[] }>({
      method: "PUT",
      path: `${project}/_apis/build/builds/${encodeURIComponent(id)}/tags/${encodeURIComponent(tag)}`,
      query: { "api-version": "7.1" },
      attempted,
      timeoutMs: forAllAttemptsMs,
      answer: { value: ["string"] },
    })
    .catch(advisePermission);
  if (value.some((each) => each.toLowerCase() === tag.toLowerCase())) return;
  const on = new URL(devops.collectionUrl).host;
  throw new RequestError({ kind: "badAnswer", attempted, on, cameBack: "answered without the tag" });
}

/**
 * Adds a tag to the pipeline run of the job. A tag that cannot be added is a warning, and a job without a pipeline run a line in the log.
 * Returns whether the run has the tag.
 * @param subject what is tagged, in the words of that line: `test status`
 */
export async function tagBuild(host: TaskHost, tag: string, subject: string): Promise<boolean> {
  const build = buildOf(host.variable);
  if (!build) {
    host.log.line(`Did not add a build tag for the ${subject}: this job belongs to no pipeline run.`);
    return false;
  }
  try {
    await addBuildTag(connectAzureDevOps(host), build, tag);
    return true;
  } catch (error) {
    host.log.warning((error as Error).message);
    return false;
  }
}

/**
 * Removes a tag from the pipeline run of the job if the run has it. Fails if that is not certain, because the tag would say what is no longer
 * true. https://learn.microsoft.com/rest/api/azure/devops/build/tags/delete-build-tag
 */
export async function untagBuild(host: TaskHost, tag: string): Promise<void> {
  const build = buildOf(host.variable);
  if (!build) return;
  const devops = connectAzureDevOps(host);
  const path = `${build.project}/_apis/build/builds/${encodeURIComponent(build.id)}/tags`;
  const attempted = `remove the tag ${tag} from pipeline run ${build.id}`;
  const request = {
    query: { "api-version": "7.1" },
    attempted,
    timeoutMs: forAllAttemptsMs,
    answer: { value: ["string"] },
  } as const;
  const has = ({ value }: { value: string[] }) =>
    value.some((each) => each.toLowerCase() === tag.toLowerCase());
  const http = devops.at(devops.collectionUrl);
  if (!has(await http.json({ ...request, method: "GET", path }))) return;
  const left = await http
    .json<{ value: string[] }>({ ...request, method: "DELETE", path: `${path}/${encodeURIComponent(tag)}` })
    .catch(advisePermission);
  if (!has(left)) return;
  const on = new URL(devops.collectionUrl).host;
  throw new RequestError({ kind: "badAnswer", attempted, on, cameBack: "answered with the tag" });
}

function advisePermission(error: unknown): never {
  if (!(error instanceof RequestError) || error.kind !== "forbidden") throw error;
  throw error.advising(
    "give the build service the permission 'Update build information' (Pipelines > the pipeline > Manage security)",
  );
}
