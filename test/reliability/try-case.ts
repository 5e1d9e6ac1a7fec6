import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { disturbances, oddAnswers } from "./disturbances.ts";
import type { Job } from "./job.ts";
import { jobs } from "./jobs.ts";
import { problemsOf } from "./problems.ts";
import { type RequestName, textOfRequest } from "./request-name.ts";
import { type JobRecord, runJob } from "./run-job.ts";

/** One request of a job and the disturbance that it meets. */
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
  const configs = jobs.map((job) => job.workspace ?? {});
  return startWorkspace({
    ...Object.assign({}, ...configs),
    databricks: Object.assign({ clusterStartSeconds: 0 }, ...configs.map(({ databricks }) => databricks)),
    keyVault: { secrets: Object.assign({}, ...configs.map(({ keyVault }) => keyVault?.secrets)) },
    feeds: configs.flatMap(({ feeds }) => feeds ?? []),
  });
}

/** Each request of an undisturbed job with each disturbance. */
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

/** Runs the job with that one disturbance. After a problem the workspace cannot be used for another case. */
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
      ...(record.wasDisturbed ? [] : ["the request did not come"]),
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
