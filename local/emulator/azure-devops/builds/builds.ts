import type { Clock } from "../../clock.ts";
import { refuse } from "../dialect.ts";

/** What a pipeline run is when it starts. */
interface BuildStart {
  id: number;
  number: string;
  definition: { id: number; name: string };
  /** `System.PlanId`: by which what the agent records finds its build. */
  planId: string;
  sourceBranch: string;
  sourceVersion: string;
  /** `manual`, `pullRequest`, `individualCI`, … */
  reason: string;
  repository: { id: string; name: string; type: string };
}

/** A file that a step of the run attached by `##vso[task.addattachment]`. */
export interface BuildAttachment {
  timelineId: string;
  recordId: string;
  type: string;
  name: string;
  content: Buffer;
  createdOn: string;
}

export interface Build extends BuildStart {
  status: "inProgress" | "completed";
  result?: "succeeded" | "partiallySucceeded" | "failed" | "canceled";
  startedOn: string;
  finishedOn?: string;
  tags: Set<string>;
  attachments: BuildAttachment[];
}

/** The pipeline runs of the project. */
export class Builds {
  readonly #builds = new Map<number, Build>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Newest first. */
  list(): Build[] {
    return [...this.#builds.values()].sort((left, right) => right.id - left.id);
  }

  start(started: BuildStart): Build {
    const build: Build = {
      ...started,
      ...{ status: "inProgress", startedOn: this.now(), tags: new Set(), attachments: [] },
    };
    this.#builds.set(build.id, build);
    return build;
  }

  finish(id: number, result: NonNullable<Build["result"]>): void {
    Object.assign(this.get(String(id)), { status: "completed", result, finishedOn: this.now() });
  }

  get(id: string): Build {
    return (
      this.#builds.get(Number(id)) ??
      refuse(404, "BuildNotFoundException", `The requested build ${id} could not be found.`)
    );
  }

  ofPlan(planId: string): Build {
    return (
      this.list().find((build) => build.planId.toLowerCase() === planId.toLowerCase()) ??
      refuse(404, "TaskOrchestrationPlanNotFoundException", `No plan found for identifier ${planId}.`)
    );
  }

  /** Keeps an attachment; one of the same record, type and name is replaced. */
  attach(build: Build, attachment: Omit<BuildAttachment, "createdOn">): BuildAttachment {
    const kept = { ...attachment, createdOn: this.now() };
    const names = ["recordId", "type", "name"] as const;
    build.attachments = build.attachments.filter((known) => names.some((name) => known[name] !== kept[name]));
    build.attachments.push(kept);
    return kept;
  }

  /** ISO 8601, on the workspace's clock. */
  now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
