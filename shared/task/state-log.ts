import type { Log } from "./host.ts";

const repeatEveryMs = 60_000;

/** `12 s`, `3 min 5 s`, `1 h 2 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Shows how a thing in the workspace fares: each change, and once a minute that it still lives. */
export class StateLog {
  #shown = "";
  #shownAtMs = Number.NEGATIVE_INFINITY;

  readonly #log: Log;
  readonly #subject: string;

  constructor(log: Log, subject: string) {
    this.#log = log;
    this.#subject = subject;
  }

  /** `message` and `url` come from the workspace; `last` is the state that was waited for. */
  show(status: { state: string; message?: string; url?: string; elapsedMs: number; last?: boolean }): void {
    const { state, message, url, elapsedMs, last = false } = status;
    const what = `${state} ${message ?? ""}`;
    if (what === this.#shown && elapsedMs - this.#shownAtMs < repeatEveryMs) return;
    this.#shown = what;
    this.#shownAtMs = elapsedMs;
    const details = `${message ? ` (${message.replace(/\s+/g, " ").trim()})` : ""}${url ? `, ${url}` : ""}`;
    this.#log.outside(
      `${this.#subject}: ${state} ${last ? "after" : "for"} ${duration(elapsedMs)}${details}`,
    );
  }
}
