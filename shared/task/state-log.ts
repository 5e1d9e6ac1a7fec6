import { duration } from "../text/duration.ts";
import { oneLine } from "../text/plain-text.ts";
import type { Log } from "./host.ts";

const repeatEveryMs = 60_000;
const longestMessageLength = 500;

/** Logs the state of something that a task waits for: each change, and the same state again once a minute. */
export class StateLog {
  #shown = "";
  #shownAtMs = Number.NEGATIVE_INFINITY;

  readonly #log: Log;
  readonly #subject: string;

  constructor(log: Log, subject: string) {
    this.#log = log;
    this.#subject = subject;
  }

  /** `message` and `url` come from the workspace; `last` marks the state that the task waited for. */
  show(status: { state: string; message?: string; url?: string; elapsedMs: number; last?: boolean }): void {
    const { state, message, url, elapsedMs, last = false } = status;
    const what = `${state} ${message ?? ""}`;
    if (what === this.#shown && elapsedMs - this.#shownAtMs < repeatEveryMs) return;
    this.#shown = what;
    this.#shownAtMs = elapsedMs;
    const details = `${message ? ` (${oneLine(message, longestMessageLength)})` : ""}${url ? `, ${url}` : ""}`;
    const elapsed = duration(Math.round(elapsedMs / 1000));
    this.#log.outside(`${this.#subject}: ${state} ${last ? "after" : "for"} ${elapsed}${details}`);
  }
}
