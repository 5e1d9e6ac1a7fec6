import { jobWork } from "../../shared/databricks/runs/job-work.ts";
import type { JobWork } from "../../shared/databricks/runs/submit-run.ts";
import { RequestError } from "../../shared/http/errors.ts";
import { intentPath } from "../../shared/intent/intent.ts";
import { clause } from "../../shared/text/could-not.ts";
import { jobSettings } from "./job-settings.ts";
import { job } from "./phases.ts";
import { parametersOf, type Session } from "./session.ts";

/** A job that cannot be run; the message is the end of a sentence. */
class JobProblem extends Error {
  override name = "JobProblem";
}

/**
 * Creates the job of a test, or finds the one that it names, and begins to use it. If that fails, the job's phase has failed: throws PhaseFailed.
 */
export async function withJob<T>(
  session: Session,
  use: (job: { work: JobWork; parameters: Record<string, string> }) => Promise<T>,
): Promise<T> {
  const startedOn = new Date();
  try {
    return await use(await prepareJob(session));
  } catch (error) {
    if (!(error instanceof RequestError) && !(error instanceof JobProblem)) throw error;
    const message = clause(error.message);
    session.host.log.outside(`${job.name}: failed: ${message}`);
    session.results.end(job, { state: "failed", startedOn, message });
    throw error;
  }
}

async function prepareJob(session: Session): Promise<{ work: JobWork; parameters: Record<string, string> }> {
  const { host, databricks, plan, inputs, intent, computes, notebooks } = session;
  const { job: definition, name } = plan.definition;
  const shared = { ...plan.definition.parameters, ...inputs.parameters };
  if (definition.kind === "existing") {
    const found = await jobWork(databricks, { name: definition.name }, "rename all but one");
    if ("problem" in found) throw new JobProblem(found.problem);
    const { work } = found;
    const declared = (parameter: string) =>
      work.parameterNames.length === 0 || work.parameterNames.includes(parameter);
    const fitting = Object.entries(shared).filter(([parameter]) => declared(parameter));
    return { work, parameters: { ...Object.fromEntries(fitting), ...definition.parameters } };
  }
  const id = await session.job.create(
    jobSettings({
      name,
      intent: intentPath(intent),
      tasks: definition.tasks.map((task) => ({ ...task, parameters: parametersOf(session, task) })),
      compute: computes.job!,
      pathOf: (notebook) => notebooks.get(notebook)!.notebookPath,
      timeoutMs: session.leftMs(),
    }),
    host,
  );
  // The tasks have their parameters themselves.
  return { work: { kind: "job", id, parameterNames: [] }, parameters: {} };
}
