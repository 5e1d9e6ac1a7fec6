import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { disturbances, oddAnswers } from "./disturbances.ts";
import type { Job } from "./jobs/job.ts";
import { feed, releaseJob, rollbackJob, updateJob } from "./jobs/release-jobs.ts";
import { testJob, vaultSecrets } from "./jobs/test-job.ts";
import { problemsOf } from "./problems.ts";
import { type RequestName, textOfRequest } from "./request-name.ts";
import { type JobRecord, runJob } from "./run-job.ts";

export const jobs: readonly Job[] = [testJob, releaseJob, updateJob, rollbackJob];

/** One request of a job, and what goes wrong with it. */
export interface Case {
  job: Job;
  /** The stage's name. */
  stage: string;
  request: RequestName;
  kind: string;
}

export interface Outcome {
  problems: string[];
  /** Whether every step succeeded. */
  succeeded: boolean;
  /** The logs of all steps. */
  log: string;
}

/** `update: NotebookDeployArtifact, POST /api/2.0/workspace/import #1: 503 after the effect`. */
export const titleOf = ({ job, stage, request, kind }: Case) =>
  `${job.name}: ${stage}, ${textOfRequest(request)}: ${kind}`;

/** A workspace in which each of the jobs can run. */
export function startJobWorkspace(): Promise<TestWorkspace> {
  return startWorkspace({
    databricks: { clusterStartSeconds: 0 },
    keyVault: { secrets: vaultSecrets },
    feeds: [feed],
  });
}

/** Every request that a job makes if nothing goes wrong with every disturbance. */
export async function casesOf(workspace: TestWorkspace, job: Job): Promise<Case[]> {
  const record = await runJob(workspace, job);
  const problems = [...problemsOf(record), ...failures(record)];
  if (problems.length > 0) throw new Error(`${job.name} fails undisturbed: ${problems.join("; ")}`);
  return record.stages
    .filter(({ stage }) => !stage.interruption)
    .flatMap(({ stage, requests }) =>
      requests.flatMap((request) =>
        Object.keys(disturbances).map((kind) => ({ job, stage: stage.name, request, kind })),
      ),
    );
}

/** Runs the job with that one disturbance. A workspace after a problem is not fit for another case. */
export async function tryCase(workspace: TestWorkspace, each: Case): Promise<Outcome> {
  const fault = disturbances[each.kind]!;
  let record: JobRecord;
  try {
    record = await runJob(workspace, each.job, { ...each, fault });
  } catch (error) {
    return { problems: [(error as Error).message], succeeded: false, log: "" }; // such as a secret in a log
  }
  const failed = failures(record);
  const mustSucceed = fault.then.signal === undefined && !(each.kind in oddAnswers);
  return {
    problems: [
      ...problemsOf(record),
      ...(mustSucceed && failed.length > 0
        ? ["the job failed for one request, which a second attempt mends"]
        : []),
      ...(record.struck ? [] : ["the request did not come"]),
    ],
    succeeded: failed.length === 0,
    log: record.stages
      .map(({ stage, result }) => `--- ${stage.name}: ${result.result}\n${result.log}`)
      .join("\n"),
  };
}

function failures({ stages }: JobRecord): string[] {
  return stages
    .filter(({ stage, result }) => !stage.interruption && result.result !== "succeeded")
    .map(({ stage, result }) => `${stage.name} ${result.result}: ${result.log.slice(-2_000)}`);
}
