import { wait } from "../../shared/http/wait.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { PhaseSpan } from "../../shared/results/streaming-phase.ts";
import type { Validation } from "../../shared/streaming/definition.ts";
import { clause } from "../../shared/text/could-not.ts";
import { duration } from "../../shared/text/duration.ts";
import { oneLine } from "../../shared/text/plain-text.ts";
import type { Phase } from "./phases.ts";
import { runNotebook, type Session } from "./session.ts";

const firstPauseMs = 200;
const longestPauseMs = 500;
/** Each pause is longer than the one before by this factor, until the longest. */
const pauseGrowth = 1.5;
const longestReason = 300;

interface Tried {
  finished: FinishedRun;
  /** All runs of the validation, oldest first. */
  tries: PhaseSpan[];
}

/**
 * Runs a validation until it passes or its time is over: a stream needs a while until what was produced is visible. A validation that
 * somebody cancels, or that cannot be started, is not run again.
 * @param options.limitedBy what limits the time, for the error
 * @param options.until ends the tries: the streams are gone, so that nothing more can become visible
 */
export async function untilPassed(
  session: Session,
  phase: Phase,
  {
    validation,
    timeoutMs,
    limitedBy,
    until,
  }: { validation: Validation; timeoutMs: number; limitedBy: string; until: AbortSignal },
): Promise<Tried> {
  const { host } = session;
  const start = performance.now();
  const leftMs = () => timeoutMs - (performance.now() - start);
  const maxPauseMs = validation.everySeconds === undefined ? longestPauseMs : validation.everySeconds * 1_000;
  const progress = new Progress(session, phase);
  const tries: PhaseSpan[] = [];
  let pauseMs = Math.min(firstPauseMs, maxPauseMs);
  for (;;) {
    let isLast = false;
    const { finished, isFinal } = await runNotebook(session, phase, validation, {
      attempt: tries.length + 1,
      timeoutMs: leftMs(),
      limitedBy,
      until,
      isTry: (state) => {
        isLast = leftMs() <= pauseMs;
        return state === "failed" && !isLast;
      },
    });
    const { startedOn, durationSeconds, outcome } = finished.result;
    if (finished.state !== "canceled" && finished.runId !== undefined)
      tries.push({ startedOn, durationSeconds, outcome });
    // What Databricks refuses to start, it will refuse again.
    const isRefused = finished.state === "failed" && finished.runId === undefined;
    if (isFinal || isRefused || isLast || until.aborted || host.signal.aborted) {
      progress.ended(finished, { tries: tries.length, elapsedMs: performance.now() - start });
      return {
        finished:
          finished.state === "failed" ? withTries(finished, tries, { timeoutMs, limitedBy }) : finished,
        tries,
      };
    }
    progress.failed(finished, {
      tries: tries.length,
      elapsedMs: performance.now() - start,
      leftMs: leftMs(),
    });
    await wait(Math.min(pauseMs, Math.max(0, leftMs())), AbortSignal.any([host.signal, until])).catch(
      () => undefined,
    );
    pauseMs =
      validation.everySeconds === undefined ? Math.min(pauseMs * pauseGrowth, maxPauseMs) : maxPauseMs;
  }
}

/** The failure of the last try, with how long it was tried. */
function withTries(
  finished: FinishedRun,
  tries: readonly PhaseSpan[],
  { timeoutMs, limitedBy }: { timeoutMs: number; limitedBy: string },
): FinishedRun {
  if (finished.state !== "failed" || tries.length < 2) return finished;
  const { message: reason = "it failed" } = finished.result;
  const message = `it did not pass within ${duration(timeoutMs / 1000)}, in ${tries.length} tries; the last one failed: ${clause(reason)}; raise ${limitedBy} if it needs more time`;
  return { ...finished, result: { ...finished.result, message } };
}

/** Logs the tries of a validation: each new reason, and the same one again once a minute. */
class Progress {
  readonly #session: Session;
  readonly #name: string;
  #reason = "";
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(session: Session, { name }: Phase) {
    this.#session = session;
    this.#name = name;
  }

  failed(
    { result }: FinishedRun,
    { tries, elapsedMs, leftMs }: { tries: number; elapsedMs: number; leftMs: number },
  ): void {
    const reason = oneLine(result.message ?? "it failed", longestReason);
    if (reason === this.#reason && elapsedMs - this.#shownAtMs < 60_000) return;
    this.#reason = reason;
    this.#shownAtMs = elapsedMs;
    this.#session.host.log.outside(
      `${this.#name}: not yet, after ${duration(elapsedMs / 1000)} and ${tries} ${tries === 1 ? "try" : "tries"} (${reason}); trying for ${duration(Math.max(0, leftMs) / 1000)} more`,
    );
  }

  ended({ state, result }: FinishedRun, { tries, elapsedMs }: { tries: number; elapsedMs: number }): void {
    const { log } = this.#session.host;
    if (state === "failed" && result.trace) log.outside(result.trace);
    const count = tries > 1 ? `, on try ${tries}` : "";
    const reason = state === "failed" && result.message ? `: ${result.message}` : "";
    log.outside(
      `${this.#name}: ${state} after ${duration(elapsedMs / 1000)}${count}${reason}${result.url ? `, ${result.url}` : ""}`,
    );
  }
}
