import { randomUUID } from "node:crypto";

export type TimelineResult = "succeeded" | "succeededWithIssues" | "failed" | "canceled" | "skipped";

/** https://learn.microsoft.com/rest/api/azure/devops/build/timeline/get#taskresult */
export const taskResults = {
  ...{ 0: "succeeded", 1: "succeededWithIssues", 2: "failed", 3: "canceled", 4: "skipped", 5: "abandoned" },
};

/** A part of a run. The agent's steps are below their job, the job below its phase, and the phase below its stage. */
export interface TimelineRecord {
  id: string;
  parentId: string | null;
  type: "Stage" | "Phase" | "Job" | "Task" | "Checkpoint" | "Checkpoint.Approval";
  name: string;
  /** The names in the pipeline: `stage`, `stage.job`, `stage.job.__default`. */
  identifier?: string;
  refName?: string;
  state: "pending" | "inProgress" | "completed";
  result?: TimelineResult;
  startTime?: string;
  finishTime?: string;
  order?: number;
}

/** The parts of one run in the order in which they were added. */
export class Timeline {
  readonly id: string;
  /** Counts the changes. */
  changeId = 0;
  readonly #records = new Map<string, TimelineRecord>();

  constructor(id: string = randomUUID()) {
    this.id = id;
  }

  get records(): readonly TimelineRecord[] {
    return [...this.#records.values()];
  }

  /** Adds records, or replaces those with the same ids. */
  update(...records: TimelineRecord[]): void {
    for (const record of records) this.#records.set(record.id, record);
    this.changeId += 1;
  }
}
