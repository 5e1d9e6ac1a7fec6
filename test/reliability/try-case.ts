import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { disturbances, oddAnswers } from "./disturbances.ts";
import { type JobRecord, runJob, type StageName } from "./job.ts";
import { problemsOf } from "./problems.ts";

/** One request of the reference job, and what goes wrong with it. */
export interface Case {
  kind: string;
  stage: StageName;
  /** Which request of the stage, from 1. */
  nth: number;
}

export interface Outcome {
  problems: string[];
  /** Whether a request met the fault: a job polls a little more or less often each time. */
  struck: boolean;
  /** Whether every step succeeded. */
  succeeded: boolean;
  /** The logs of all steps. */
  log: string;
}

export const titleOf = ({ kind, stage, nth }: Case) => `${stage}, request ${nth}: ${kind}`;

export function startJobWorkspace(): Promise<TestWorkspace> {
  return startWorkspace({ databricks: { clusterStartSeconds: 0 } });
}

/** How many requests each stage makes where nothing goes wrong. */
export async function referenceRequests(workspace: TestWorkspace): Promise<Map<StageName, number>> {
  const { stages } = await runJob(workspace);
  return new Map(stages.map(({ name, requests }) => [name, requests]));
}

/** Every request of the reference job with every disturbance. */
export function allCases(reference: ReadonlyMap<StageName, number>): Case[] {
  return Object.keys(disturbances).flatMap((kind) =>
    [...reference].flatMap(([stage, requests]) =>
      Array.from({ length: requests }, (_, i) => ({ kind, stage, nth: i + 1 })),
    ),
  );
}

/** Runs the job with that one disturbance. A workspace in which something is left is not fit for another case. */
export async function tryCase(workspace: TestWorkspace, { kind, stage, nth }: Case): Promise<Outcome> {
  const fault = disturbances[kind];
  if (fault === undefined) throw new Error(`there is no disturbance ${kind}`);
  let job: JobRecord;
  try {
    job = await runJob(workspace, { stage, nth, fault });
  } catch (error) {
    return { problems: [(error as Error).message], struck: true, succeeded: false, log: "" }; // such as a secret in a log
  }
  if (fault.then.effectAfterMs !== undefined) await letEffectsCome(workspace);
  const succeeded = job.stages.every(({ result }) => result.result === "succeeded");
  const mustSucceed = fault.then.signal === undefined && !(kind in oddAnswers);
  return {
    problems: [
      ...problemsOf(job, workspace.emulator.ledger()),
      ...(mustSucceed && !succeeded ? ["the job failed for one request, which a second attempt mends"] : []),
    ],
    struck: job.struck,
    succeeded,
    log: job.stages.map(({ name, result }) => `--- ${name}: ${result.result}\n${result.log}`).join("\n"),
  };
}

/** What a job did not wait for comes after it, and is seen in the ledger. */
async function letEffectsCome({ emulator }: TestWorkspace): Promise<void> {
  await fetch(`${emulator.ready.controlUrl}/clock`, { method: "POST", body: '{"advanceSeconds": 60}' });
}
