import { RequestError } from "../../http/errors.ts";
import type { JobReference } from "../../notebook/scenarios/scenario.ts";
import { clause } from "../../text/could-not.ts";
import type { DatabricksClient } from "../connection.ts";
import type { JobWork } from "./submit-run.ts";

/**
 * Finds a job, to run it. A job that cannot be run has a problem, as the end of a sentence.
 * @param ifSeveral what to do if several jobs have the name
 */
export async function jobWork(
  databricks: DatabricksClient,
  job: JobReference,
  ifSeveral = "give the id of one",
): Promise<{ work: JobWork } | { problem: string }> {
  try {
    const ids = "id" in job ? [job.id] : await idsOf(databricks, job.name);
    const [id] = ids;
    if (id === undefined)
      return {
        problem: `the workspace has no job of the name ${quoted(job)} that this step may view; correct the name, or give the step's identity Can View on the job`,
      };
    if (ids.length > 1)
      return {
        problem: `the workspace has ${ids.length} jobs of the name ${quoted(job)}; ${ifSeveral}`,
      };
    const { settings } = await databricks.jobs.get({ job_id: id });
    return {
      work: { kind: "job", id, parameterNames: (settings?.parameters ?? []).map(({ name }) => name) },
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { problem: clause(error.message).replace(/^Could not /, "could not ") };
  }
}

async function idsOf(databricks: DatabricksClient, name: string): Promise<number[]> {
  const ids: number[] = [];
  for await (const { job_id, settings } of databricks.jobs.list({ name }))
    if (settings?.name === name) ids.push(job_id);
  return ids;
}

function quoted(job: JobReference): string {
  return JSON.stringify("name" in job ? job.name : String(job.id));
}
