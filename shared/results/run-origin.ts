/** What a pipeline run was made of, and who began it. All texts are from outside. */
export interface RunOrigin {
  /** The number of the run, such as `20260302.4`. */
  number?: string;
  /** Without `refs/heads/`. */
  branch?: string;
  commit?: string;
  /** A person, or what began the run if nobody did. */
  startedBy?: string;
}

/** Why a run began, by the value of `Build.Reason`: https://learn.microsoft.com/azure/devops/pipelines/build/variables */
const reasons: Record<string, string> = {
  individualci: "a push",
  batchedci: "pushes",
  schedule: "a schedule",
  validateshelveset: "a gated check-in",
  checkinshelveset: "a gated check-in",
  pullrequest: "a pull request",
  buildcompletion: "another run",
  resourcetrigger: "another run",
};

interface BuildFacts {
  number?: string | undefined;
  sourceBranch?: string | undefined;
  sourceVersion?: string | undefined;
  requestedFor?: string | undefined;
  reason?: string | undefined;
}

export function runOrigin({
  number,
  sourceBranch,
  sourceVersion,
  requestedFor,
  reason,
}: BuildFacts): RunOrigin {
  const branch = sourceBranch?.replace(/^refs\/(heads\/|(?=pull\/))/, "");
  const why = reasons[reason?.toLowerCase() ?? ""];
  const startedBy = requestedFor && why ? `${requestedFor} (${why})` : (requestedFor ?? why);
  return {
    ...(number ? { number } : {}),
    ...(branch ? { branch } : {}),
    ...(sourceVersion ? { commit: sourceVersion } : {}),
    ...(startedBy ? { startedBy } : {}),
  };
}
