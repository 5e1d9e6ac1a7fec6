import type { Ledger } from "../../local/emulator/ledger.ts";
import { exitValue, type JobRecord, type StageRecord } from "./job.ts";

/** What a job did that it must not do, whatever went wrong around it: a sentence each. */
export function problemsOf({ stages, doubles }: JobRecord, left: Ledger): string[] {
  return [
    ...leftovers(left),
    ...doubles.map((intent) => `there were two of ${intent} at a moment`),
    ...stages.flatMap(untruths),
    ...stages.flatMap(badSentences),
  ];
}

function leftovers(left: Ledger): string[] {
  return Object.entries(left).flatMap(([kind, entries]) =>
    entries.map(({ id, name }) => `${kind} still holds ${name} (${id})`),
  );
}

/** Green is right only where what the stage is for is there, or gone. */
function untruths({ name, result, ledger, killed }: StageRecord): string[] {
  if (result.result !== "succeeded") return [];
  if (killed) return [`${name} succeeded although it was killed`];
  const { variables, secretVariables } = result;
  const isTrue: Record<StageRecord["name"], () => boolean> = {
    DatabricksCreateBearerToken: () => ledger.tokens.length === 1 && Boolean(secretVariables.BearerToken),
    DatabricksCreateCluster: () =>
      ledger.clusters.some(({ id, state }) => id === variables.ClusterId && state === "RUNNING"),
    DatabricksRunNotebook: () => variables.ExitValue === exitValue && ledger.runs.length === 0,
    DatabricksDeleteCluster: () => ledger.clusters.length === 0,
    "DatabricksRunNotebook postjob": () => ledger.runs.length + ledger.workspaceObjects.length === 0,
    "DatabricksCreateCluster postjob": () => ledger.clusters.length === 0,
    "DatabricksCreateBearerToken postjob": () => ledger.tokens.length === 0,
  };
  return isTrue[name]() ? [] : [`${name} succeeded although the workspace says otherwise`];
}

function badSentences({ name, result, killed }: StageRecord): string[] {
  if (result.result !== "failed" || killed) return [];
  const said = result.issues.filter(({ type }) => type === "error").map(({ message }) => message);
  const [only] = said;
  if (said.length === 1 && only !== undefined && /^[A-Z].{20,}[^.]\.$/s.test(only)) return [];
  return [`${name} failed, and says ${JSON.stringify(said)} instead of one sentence`];
}
