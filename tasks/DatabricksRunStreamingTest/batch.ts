import { withJob } from "./job.ts";
import { cleanBefore, job, type Phase, phaseOf, ready } from "./phases.ts";
import { producePayload } from "./produce.ts";
import { attempt, limitOf, runNotebook, type Session, withinOf } from "./session.ts";

/**
 * Runs the job to its end and validates the set-up, and then for each iteration produces its payload, runs the job again and validates. Throws
 * PhaseFailed where a phase fails.
 */
export async function runBatch(session: Session): Promise<void> {
  const { results, plan } = session;
  const { cleanBefore: clean, ready: rule, iterations } = plan.definition;
  if (clean) results.add(cleanBefore, (await runNotebook(session, cleanBefore, clean)).finished);
  const run = await withJob(session, async (work) => async (phase: Phase) => {
    return (await attempt(session, phase, work)).finished;
  });
  results.add(job, await run(job));
  if (rule.validate)
    results.add(
      ready,
      (
        await runNotebook(session, ready, rule.validate, {
          ...limitOf(session, { withinMs: rule.withinSeconds * 1000, within: "ready.within" }),
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
          ...limitOf(session, { withinMs: validate.withinSeconds * 1000, within: withinOf(name) }),
        })
      ).finished,
    );
  }
}
