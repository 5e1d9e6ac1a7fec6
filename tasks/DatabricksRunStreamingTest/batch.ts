import { RequestError } from "../../shared/http/errors.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import { clause } from "../../shared/text/could-not.ts";
import { JobProblem, prepareJob } from "./job.ts";
import { cleanBefore, job, type Phase, phaseOf, ready } from "./phases.ts";
import { producePayload } from "./produce.ts";
import { attempt, runNotebook, type Session } from "./session.ts";

/**
 * Runs the job to its end and validates the set-up, and then for each iteration produces its payload, runs the job again and validates. Throws
 * PhaseFailed where a phase fails.
 */
export async function runBatch(session: Session): Promise<void> {
  const { results, plan } = session;
  const { cleanBefore: clean, ready: rule, iterations } = plan.definition;
  if (clean) results.add(cleanBefore, (await runNotebook(session, cleanBefore, clean)).finished);
  const run = await preparedJob(session);
  results.add(job, await run(job));
  if (rule.validate)
    results.add(
      ready,
      (
        await runNotebook(session, ready, rule.validate, {
          timeoutMs: Math.min(rule.withinSeconds * 1000, session.leftMs()),
          limitedBy: "ready.within",
        })
      ).finished,
    );
  for (const iteration of iterations) {
    const { name, validate } = iteration;
    const [producing, running, validating] = (["produce", "job", "validate"] as const).map((kind) =>
      phaseOf(kind, name),
    ) as [Phase, Phase, Phase];
    results.add(producing, await producePayload(session, producing, { iteration }));
    results.add(running, await run(running));
    results.add(
      validating,
      (
        await runNotebook(session, validating, validate, {
          timeoutMs: Math.min(validate.withinSeconds * 1000, session.leftMs()),
          limitedBy: `within of the validation of "${name}"`,
        })
      ).finished,
    );
  }
}

/** Creates or finds the job. Returns what runs it once. */
async function preparedJob(session: Session): Promise<(phase: Phase) => Promise<FinishedRun>> {
  const { host, results } = session;
  const startedOn = new Date();
  try {
    const { work, parameters } = await prepareJob(session);
    return async (phase) => (await attempt(session, phase, { work, parameters })).finished;
  } catch (error) {
    if (!(error instanceof RequestError) && !(error instanceof JobProblem)) throw error;
    const message = clause(error.message);
    host.log.outside(`${job.name}: failed: ${message}`);
    results.add(job, {
      state: "failed",
      result: {
        name: results.nameOf(job),
        outcome: "failed",
        startedOn,
        durationSeconds: (Date.now() - startedOn.getTime()) / 1000,
        message,
        cases: [],
      },
    });
    throw error; // not reached: a failed phase ends the test
  }
}
