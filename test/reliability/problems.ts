import type { StageRecord } from "./job.ts";
import type { JobRecord } from "./run-job.ts";

/** What a job did that it must not do under any disturbance, a sentence each. */
export function problemsOf({ stages, duplicates, left, productProblems }: JobRecord): string[] {
  return [
    ...Object.entries(left).flatMap(([kind, entries]) =>
      entries.map(({ id, name }) => `${kind} still holds ${name} (${id})`),
    ),
    ...productProblems,
    ...duplicates.map((intent) => `there were two of ${intent} at a moment`),
    ...stages.flatMap(falseSuccesses),
    ...stages.flatMap(badSentences),
  ];
}

/** A success is true only if the workspace confirms it. */
function falseSuccesses(record: StageRecord): string[] {
  const { stage, result, killed } = record;
  if (result.result !== "succeeded") return [];
  if (killed) return [`${stage.name} succeeded although it was killed`];
  return stage.isTrue(record) ? [] : [`${stage.name} succeeded although the workspace says otherwise`];
}

function badSentences({ stage, result, killed }: StageRecord): string[] {
  if (result.result !== "failed" || killed) return [];
  const messages = result.issues.filter(({ type }) => type === "error").map(({ message }) => message);
  const [only] = messages;
  if (messages.length === 1 && only !== undefined && /^[A-Z].{20,}[^.]\.$/s.test(only)) return [];
  return [`${stage.name} failed, and says ${JSON.stringify(messages)} instead of one sentence`];
}
