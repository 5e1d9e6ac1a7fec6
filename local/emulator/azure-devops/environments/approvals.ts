import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Build } from "../builds/build.ts";
import type { TimelineRecord } from "../builds/timeline.ts";
import type { ApproverConfig } from "../config.ts";
import { refuse } from "../dialect.ts";
import type { Project } from "../projects.ts";
import type { Approval, ApprovalStep, Environment } from "./environment.ts";

/** The approvals of all runs. */
export class Approvals {
  readonly #approvals = new Map<string, Approval>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  list(project: Project): Approval[] {
    return [...this.#approvals.values()].filter(({ build }) => build.project === project);
  }

  /** Refuses an unknown id with 404. */
  get(id: string, project: Project): Approval {
    const approval = this.#approvals.get(id.toLowerCase());
    if (approval?.build.project === project) return approval;
    refuse(404, "ApprovalNotFoundException", `No approval with the id ${id} was found.`);
  }

  /**
   * Requests what people must approve before a stage starts. The timeline gets a checkpoint below the stage, and below that a record for each
   * environment, whose id is the approval's: by this, clients find the approvals of a run.
   */
  request(
    build: Build,
    stageId: string,
    environments: readonly Environment[],
    now = this.#now(),
  ): Approval[] {
    const protectedOnes = environments.filter(({ approvers }) => approvers.length > 0);
    if (protectedOnes.length === 0) return [];
    const checkpoint = record(randomUUID(), stageId, "Checkpoint", now);
    build.timeline.update(checkpoint);
    return protectedOnes.map((environment) => {
      const approval: Approval = {
        ...{ id: randomUUID(), build, environment, status: "pending", createdOn: now, lastModifiedOn: now },
        steps: environment.approvers.map(({ approver }) => ({
          ...{ approver, status: "pending", comment: "", initiatedOn: now, lastModifiedOn: now },
        })),
      };
      this.#approvals.set(approval.id, approval);
      build.timeline.update(record(approval.id, checkpoint.id, "Checkpoint.Approval", now));
      return approval;
    });
  }

  /** One person's answer. An approval is approved if all its people have approved it, and rejected as soon as one rejects it. */
  answer(approval: Approval, { approver, answer, comment = "" }: ApproverConfig, time = this.#now()): void {
    const step = approval.steps.find((each) => each.approver === approver && each.status === "pending");
    if (!step) {
      refuse(
        400,
        "ApprovalCompletedException",
        `The approval ${approval.id} cannot be updated: it is complete.`,
      );
    }
    Object.assign(step, { status: answer, comment, lastModifiedOn: time });
    approval.lastModifiedOn = time;
    if (answer === "rejected") {
      approval.status = "rejected";
      for (const other of approval.steps) if (other.status === "pending") other.status = "skipped";
    } else if (approval.steps.every(({ status }: ApprovalStep) => status === "approved")) {
      approval.status = "approved";
    }
    if (approval.status !== "pending") this.#complete(approval, time);
  }

  /** Completes the approval's record, and the checkpoint if nothing below it is pending. */
  #complete({ id, build, status }: Approval, time: string): void {
    const { timeline } = build;
    const own = timeline.records.find((each) => each.id === id);
    if (!own) return;
    const result = status === "approved" ? "succeeded" : "failed";
    timeline.update({ ...own, state: "completed", result, finishTime: time });
    const siblings = timeline.records.filter(({ parentId }) => parentId === own.parentId);
    const checkpoint = timeline.records.find((each) => each.id === own.parentId);
    if (!checkpoint || siblings.some(({ state }) => state !== "completed")) return;
    const worst = siblings.some((each) => each.result === "failed") ? "failed" : "succeeded";
    timeline.update({ ...checkpoint, state: "completed", result: worst, finishTime: time });
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function record(
  id: string,
  parentId: string,
  type: TimelineRecord["type"],
  startTime: string,
): TimelineRecord {
  return { id, parentId, type, name: type, identifier: type, state: "inProgress", startTime };
}
