import { type RunOrigin, runOrigin } from "../results/run-origin.ts";

/** What the job's run was made of. Of a pull request, the branch and the commit that are to be merged, not their merge. */
export function originOf(variable: (name: string) => string | undefined): RunOrigin {
  return runOrigin({
    number: variable("Build.BuildNumber"),
    sourceBranch: variable("System.PullRequest.SourceBranch") ?? variable("Build.SourceBranch"),
    sourceVersion: variable("System.PullRequest.SourceCommitId") ?? variable("Build.SourceVersion"),
    requestedFor: variable("Build.RequestedFor"),
    reason: variable("Build.Reason"),
  });
}
