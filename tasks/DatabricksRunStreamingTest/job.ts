import { jobWork } from "../../shared/databricks/runs/job-work.ts";
import type { JobWork } from "../../shared/databricks/runs/submit-run.ts";
import { intentPath } from "../../shared/intent/intent.ts";
import { jobSettings } from "./job-settings.ts";
import { parametersOf, type Session } from "./session.ts";

/** A job that cannot be run; the message is the end of a sentence. */
export class JobProblem extends Error {
  override name = "JobProblem";
}

/** Creates the job of a test, or finds the one that it names. Throws JobProblem or RequestError. */
export async function prepareJob(
  session: Session,
): Promise<{ work: JobWork; parameters: Record<string, string> }> {
  const { host, databricks, plan, inputs, intent, computes, notebooks } = session;
  const { job, name } = plan.definition;
  const shared = { ...plan.definition.parameters, ...inputs.parameters };
  if (job.kind === "existing") {
    const found = await jobWork(databricks, { name: job.name });
    if ("problem" in found) throw new JobProblem(found.problem);
    const { work } = found;
    const declared = (parameter: string) =>
      work.parameterNames.length === 0 || work.parameterNames.includes(parameter);
    const fitting = Object.entries(shared).filter(([parameter]) => declared(parameter));
    return { work, parameters: { ...Object.fromEntries(fitting), ...job.parameters } };
  }
  const id = await session.job.create(
    jobSettings({
      name,
      intent: intentPath(intent),
      tasks: job.tasks.map((task) => ({ ...task, parameters: parametersOf(session, task) })),
      compute: computes.job!,
      pathOf: (notebook) => notebooks.get(notebook)!.notebookPath,
      timeoutMs: session.leftMs(),
    }),
    host,
  );
  // The tasks have their parameters themselves.
  return { work: { kind: "job", id, parameterNames: [] }, parameters: {} };
}
