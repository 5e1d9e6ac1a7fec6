import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../http/request.ts";
import { refuse } from "../dialect.ts";
import { enumerationFilter } from "../enumeration.ts";

export interface TestAttachment {
  id: number;
  fileName: string;
  comment: string;
  attachmentType: string;
  content: Buffer;
  createdOn: string;
}

/** A result: the fields that the client published, and the id that the service gave it. */
export interface TestResult {
  id: number;
  fields: JsonObject;
  attachments: TestAttachment[];
}

export interface TestRun {
  id: number;
  name: string;
  buildId?: number;
  isAutomated: boolean;
  /** NotStarted, InProgress, Completed, Aborted, … */
  state: string;
  comment?: string;
  startedOn: string;
  completedOn?: string;
  results: TestResult[];
  attachments: TestAttachment[];
}

/** The first id of a run's results. */
const firstResult = 100_000;

/** What pipelines published to the Tests tab. */
export class TestRuns {
  readonly #runs = new Map<number, TestRun>();
  readonly #clock: Clock;
  #attachments = 0;
  #created = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  list(): TestRun[] {
    return [...this.#runs.values()];
  }

  ofBuild(buildId: number): TestRun[] {
    return this.list().filter((run) => run.buildId === buildId);
  }

  get(id: string): TestRun {
    return (
      this.#runs.get(Number(id)) ?? refuse(404, "TestObjectNotFoundException", `Test run ${id} not found.`)
    );
  }

  create(run: Pick<TestRun, "name" | "buildId" | "isAutomated" | "state" | "comment">): TestRun {
    this.#created += 1;
    const created: TestRun = {
      ...run,
      ...{ id: this.#created, startedOn: this.now(), results: [], attachments: [] },
    };
    this.#runs.set(created.id, created);
    return created;
  }

  delete(run: TestRun): void {
    this.#runs.delete(run.id);
  }

  addResult(run: TestRun, fields: JsonObject): TestResult {
    const result = { id: firstResult + run.results.length, fields, attachments: [] };
    run.results.push(result);
    return result;
  }

  attach(
    to: { attachments: TestAttachment[] },
    attachment: Omit<TestAttachment, "id" | "createdOn">,
  ): TestAttachment {
    this.#attachments += 1;
    const kept = { ...attachment, id: this.#attachments, createdOn: this.now() };
    to.attachments.push(kept);
    return kept;
  }

  /** ISO 8601, on the workspace's clock. */
  now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

export function resultOf(run: TestRun, id: string): TestResult {
  return (
    run.results.find((result) => result.id === Number(id)) ??
    refuse(404, "TestObjectNotFoundException", `Test result ${id} of run ${run.id} not found.`)
  );
}

/** The outcomes by the number that clients send. */
export const outcomes: readonly string[] = [
  ...["Unspecified", "None", "Passed", "Failed", "Inconclusive", "Timeout", "Aborted", "Blocked"],
  ...["NotExecuted", "Warning", "Error", "NotApplicable", "Paused", "InProgress", "NotImpacted"],
];

/** Whether a result has one of the outcomes that a query lists, or the query lists none. */
export function outcomeFilter(given: string | null): (result: TestResult) => boolean {
  const fits = enumerationFilter("outcomes", given, outcomes);
  return (result) => fits?.(outcomeOf(result)) ?? true;
}

/** As clients compare it: `Passed`, `Failed`, `NotExecuted`, …; `Unspecified` if the result has none. */
export function outcomeOf({ fields }: TestResult): string {
  return typeof fields.outcome === "string" ? fields.outcome : "Unspecified";
}
