import { randomUUID } from "node:crypto";
import type { StepOutcome } from "../commands/step-result.ts";

/** A part of a run as Azure DevOps lists it (https://learn.microsoft.com/rest/api/azure/devops/build/timeline/get). */
export interface RunRecord {
  id: string;
  parentId: string | null;
  type: "Stage" | "Phase" | "Job" | "Task";
  name: string;
  /** The names in the pipeline: `stage`, `stage.job`, `stage.job.__default`. */
  identifier?: string;
  refName?: string;
  state: "pending" | "inProgress" | "completed";
  result?: StepOutcome;
}

/** Tells the build server which stages, jobs and steps of the run have started and finished. */
export class RunTimeline {
  /** The job that runs. */
  currentJobId = "";
  readonly #send: (record: RunRecord) => void;

  /** @param send takes a record that is new or has changed; records of a run without a build server go nowhere */
  constructor(send: (record: RunRecord) => void = () => {}) {
    this.#send = send;
  }

  /** Adds a part that waits to start. */
  add(part: Omit<RunRecord, "id" | "state" | "result">, id: string = randomUUID()): RunRecord {
    return this.#change({ ...part, id, state: "pending" });
  }

  start(record: RunRecord): RunRecord {
    if (record.type === "Job") this.currentJobId = record.id;
    return this.#change({ ...record, state: "inProgress" });
  }

  finish(record: RunRecord, result: StepOutcome): RunRecord {
    return this.#change({ ...record, state: "completed", result });
  }

  #change(record: RunRecord): RunRecord {
    this.#send(record);
    return record;
  }
}
