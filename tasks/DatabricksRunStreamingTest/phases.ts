import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { NotebookResult } from "../../shared/results/notebook-result.ts";
import type { StreamingPhase } from "../../shared/results/streaming-phase.ts";
import type { StreamingDefinition, StreamingMode } from "../../shared/streaming/definition.ts";

/** One part of a test, with a result of its own. */
export interface Phase extends Pick<StreamingPhase, "kind" | "iteration"> {
  /** As in the log and in reports, without the name of the test: `clean before`, `First invoices: produce`. */
  name: string;
}

export const cleanBefore: Phase = { kind: "clean", name: "clean before" };
export const cleanAfter: Phase = { kind: "clean", name: "clean after" };
export const ready: Phase = { kind: "ready", name: "ready" };
export const job: Phase = { kind: "job", name: "job" };

export const phaseOf = (kind: "produce" | "validate" | "job", iteration: string): Phase => ({
  kind,
  iteration,
  name: `${iteration}: ${kind === "job" ? "run" : kind}`,
});

/** The phases of a test in the order in which its results are shown. */
function phasesOf(definition: StreamingDefinition, mode: StreamingMode): Phase[] {
  const isBatch = mode === "batch";
  return [
    ...(definition.cleanBefore ? [cleanBefore] : []),
    ...(isBatch ? [job] : []),
    ...(!isBatch || definition.ready.validate ? [ready] : []),
    ...definition.iterations.flatMap(({ name }) => [
      phaseOf("produce", name),
      ...(isBatch ? [phaseOf("job", name)] : []),
      phaseOf("validate", name),
    ]),
    ...(isBatch ? [] : [job]),
    ...(definition.cleanAfter ? [cleanAfter] : []),
  ];
}

/** How a phase ended that is not one run of a notebook. */
interface PhaseEnd {
  state: FinishedRun["state"];
  startedOn: Date;
  /** Why it did not succeed, as the end of a sentence. */
  message?: string;
  url?: string;
}

const outcomeOf = { succeeded: "passed", failed: "failed", canceled: "skipped" } as const;

/** Ends a test at a phase whose result says why. */
export class PhaseFailed extends Error {
  override name = "PhaseFailed";
}

/** The results of a test: one for each phase, also for those that were not reached. */
export class Results {
  readonly #test: string;
  readonly #phases: readonly Phase[];
  readonly #finished = new Map<string, FinishedRun>();

  readonly #onEnd: (ended: { phases: number; of: number; last: Phase }) => void;

  /** @param onEnd called when a phase has ended */
  constructor(
    definition: StreamingDefinition,
    mode: StreamingMode,
    onEnd: (ended: { phases: number; of: number; last: Phase }) => void = () => undefined,
  ) {
    this.#onEnd = onEnd;
    // A slash separates the name from the phase, and in the same run both modes may be tested.
    this.#test = `${definition.name.replaceAll("/", "-")}${mode === "batch" ? " (batch)" : ""}`;
    this.#phases = phasesOf(definition, mode);
  }

  /** The name of a phase in reports, where those of all tests stand side by side. */
  nameOf({ name }: Phase): string {
    return `${this.#test}/${name}`;
  }

  /** Records how a phase ended. Throws PhaseFailed if it did not succeed. */
  add(phase: Phase, finished: FinishedRun, details: Omit<StreamingPhase, "kind" | "iteration"> = {}): void {
    const { kind, iteration } = phase;
    const result = {
      ...finished.result,
      name: this.nameOf(phase),
      phase: { kind, ...(iteration === undefined ? {} : { iteration }), ...details },
    };
    this.#finished.set(phase.name, { ...finished, result });
    this.#onEnd({ phases: this.#finished.size, of: this.#phases.length, last: phase });
    if (finished.state !== "succeeded") throw new PhaseFailed(phase.name);
  }

  /** Records the end of a phase that is not one run of a notebook. Throws PhaseFailed if it did not succeed. */
  end(
    phase: Phase,
    { state, startedOn, message, url }: PhaseEnd,
    details: Omit<StreamingPhase, "kind" | "iteration"> = {},
  ): void {
    const result: NotebookResult = {
      name: this.nameOf(phase),
      outcome: outcomeOf[state],
      startedOn,
      durationSeconds: (Date.now() - startedOn.getTime()) / 1000,
      cases: [],
      ...(message === undefined ? {} : { message }),
      ...(url === undefined ? {} : { url }),
    };
    this.add(phase, { state, result }, details);
  }

  /** The phase that says why the test failed: the streams if they died, otherwise the phase that failed first. */
  get failed(): { phase: Phase; finished: FinishedRun } | undefined {
    const failed = [...this.#finished].filter(([, { state }]) => state === "failed");
    const [name, finished] = failed.find(([each]) => each === job.name) ?? failed[0] ?? [];
    const phase = this.#phases.find((each) => each.name === name);
    return phase && finished && { phase, finished };
  }

  /** The results of all phases. @param isCanceled whether the step was cancelled */
  all(isCanceled: boolean): FinishedRun[] {
    const { failed } = this;
    const why = failed
      ? `"${failed.phase.name}" failed`
      : isCanceled
        ? "this step was cancelled"
        : "the test ended";
    return this.#phases.map(
      (phase) =>
        this.#finished.get(phase.name) ?? {
          state: "canceled",
          result: {
            name: this.nameOf(phase),
            outcome: "skipped",
            startedOn: new Date(),
            durationSeconds: 0,
            message: `not reached, because ${why}`,
            cases: [],
            phase: {
              kind: phase.kind,
              ...(phase.iteration === undefined ? {} : { iteration: phase.iteration }),
            },
          },
        },
    );
  }
}
