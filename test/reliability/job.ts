import type { StageResult } from "../../local/agent/step-session.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import type { Ledger, LedgerKind } from "../../local/emulator/ledger.ts";
import type { LedgerEntry } from "../../local/emulator/ledger-entry.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import type { Fault } from "./disturbances.ts";
import type { RequestName } from "./request-name.ts";

/** A job in which each request is broken in each way. Each file of `jobs/` exports one as `job`. */
export interface Job {
  /** That of its file. */
  name: string;
  /** What it needs in the workspace, which all jobs use one after another. */
  workspace?: WorkspaceConfig;
  /** Its stages in the order in which the agent runs them: post-job steps last, and backwards. */
  stages: readonly Stage[];
  /** The requests that create, lock, switch or publish something, as `POST /api/2.0/token/create`: `slice` has a case of each. */
  effects: readonly string[];
  /** The cases that `npm test` tries, by stage, request and kind: for each stage and effect the kinds that are worst for it. */
  slice: readonly string[];
  /** Writes what it works on; `folder` is on the agent. */
  prepare(workspace: TestWorkspace, folder: string): Promise<PreparedJob>;
}

export interface Stage {
  /** Unique in the job. */
  name: string;
  task: string;
  postJob?: true;
  /** Runs whatever became of those before it. */
  always?: true;
  /** A fault that this stage meets in every run, so that its post-job step has something to undo. Such a stage has no cases. */
  interruption?: { request: RequestName; fault: Fault };
  /** Whether the workspace confirms a success of this stage. */
  isTrue(record: StageRecord): boolean;
}

export interface PreparedJob {
  variables?: Record<string, string>;
  secretVariables?: Record<string, string>;
  inputs(stage: Stage): Record<string, string>;
  /** Returns what the job changes permanently, by name. */
  observe(): Promise<Products>;
  /** Whether this may be left when the job has ended, because `observe` covers it. */
  mayStay(kind: LedgerKind, entry: LedgerEntry): boolean;
  /** Returns what is wrong with the products that the job has left, a sentence each. */
  problems(products: Products): string[];
  /** Deletes the products, so that another job can use the workspace. */
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
  /** What `observe` returned when it had ended. */
  products: Products;
  /** By SIGKILL. */
  killed: boolean;
}

export const postJobOf = (task: string) => ({ name: `${task} postjob`, task, postJob: true }) as const;
