import type { StageRecord } from "./jobs/job.ts";
import type { JobRecord } from "./run-job.ts";

/** What a job did that it must not do, whatever went wrong around it: a sentence each. */
export function problemsOf({ stages, doubles, left, productProblems }: JobRecord): string[] {
  return [
    ...Object.entries(left).flatMap(([kind, entries]) =>
      entries.map(({ id, name }) => `${kind} still holds ${name} (${id})`),
    ),
    ...productProblems,
    ...doubles.map((intent) => `there were two of ${intent} at a moment`),
    ...stages.flatMap(untruths),
    ...stages.flatMap(badSentences),
  ];
}

/** Green is right only if what the stage is for is there, or gone. */
function untruths(record: StageRecord): string[] {
  const { stage, result, killed } = record;
  if (result.result !== "succeeded") return [];
  if (killed) return [`${stage.name} succeeded although it was killed`];
  return stage.isTrue(record) ? [] : [`${stage.name} succeeded although the workspace says otherwise`];
}

function badSentences({ stage, result, killed }: StageRecord): string[] {
  if (result.result !== "failed" || killed) return [];
  const said = result.issues.filter(({ type }) => type === "error").map(({ message }) => message);
  const [only] = said;
  if (said.length === 1 && only !== undefined && /^[A-Z].{20,}[^.]\.$/s.test(only)) return [];
  return [`${stage.name} failed, and says ${JSON.stringify(said)} instead of one sentence`];
}
