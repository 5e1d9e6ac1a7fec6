import type { StageResult } from "../../../local/agent/step-session.ts";
import type { Ledger, LedgerEntry, LedgerKind } from "../../../local/emulator/ledger.ts";
import type { TestWorkspace } from "../../harness/workspace.ts";
import type { Fault } from "../disturbances.ts";
import type { RequestName } from "../request-name.ts";

/** A job in which each request is broken in each way. */
export interface Job {
  name: string;
  /** Its stages in the order in which the agent runs them: post-job steps last, and backwards. */
  stages: readonly Stage[];
  /** Puts what it works on in place; `folder` is on the agent. */
  prepare(workspace: TestWorkspace, folder: string): Promise<PreparedJob>;
}

export interface Stage {
  /** Unique in the job. */
  name: string;
  task: string;
  postJob?: true;
  /** Runs whatever became of those before it. */
  always?: true;
  /** What this stage meets in every run, so that its post-job step has something to undo. It has no cases then. */
  interruption?: { request: RequestName; fault: Fault };
  /** Whether what a success says is so. */
  isTrue(record: StageRecord): boolean;
}

export interface PreparedJob {
  variables?: Record<string, string>;
  secretVariables?: Record<string, string>;
  inputs(stage: Stage): Record<string, string>;
  /** What the job changes for good, by name. */
  observe(): Promise<Products>;
  /** Whether this may be there when the job has ended; `observe` judges it. */
  mayStay(kind: LedgerKind, entry: LedgerEntry): boolean;
  /** What is wrong with what the job has left, a sentence each. */
  problems(products: Products): string[];
  /** Takes away what the job was for, so that the workspace can serve another. */
  clear(): Promise<void>;
}

export type Products = Record<string, string>;

export interface StageRecord {
  stage: Stage;
  result: StageResult;
  /** The requests that it made. */
  requests: RequestName[];
  /** What the workspace held when it had ended. */
  ledger: Ledger;
  /** What it had observed when it had ended. */
  products: Products;
  /** By SIGKILL. */
  killed: boolean;
}

export const postJobOf = (task: string) => ({ name: `${task} postjob`, task, postJob: true }) as const;
