import type { Clock } from "../clock.ts";
import type { Application } from "../entra/directory.ts";
import { fabricError } from "./errors.ts";

/** At most so many requests of each identity in a minute. Source: https://learn.microsoft.com/rest/api/fabric/articles/throttling */
export class Quota {
  readonly #perMinute: number | undefined;
  readonly #clock: Clock;
  readonly #windows = new Map<string, { endMs: number; count: number }>();

  constructor(clock: Clock, perMinute: number | undefined) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Counts a request, and refuses it if it is beyond the limit. */
  take({ clientId }: Application): void {
    if (this.#perMinute === undefined) return;
    const now = this.#clock.now();
    let window = this.#windows.get(clientId);
    if (!window || window.endMs <= now) {
      window = { endMs: now + 60_000, count: 0 };
      this.#windows.set(clientId, window);
    }
    if (++window.count > this.#perMinute) throw requestBlocked(now, window.endMs);
  }
}

/** The answer to a request beyond a limit, as it was recorded from the service. */
export function requestBlocked(nowMs: number, untilMs: number) {
  const until = new Date(untilMs).toLocaleString("en-US", { timeZone: "UTC" }).replace(",", "");
  const message = `Request is blocked by the upstream service until: ${until} (UTC)`;
  const headers = { "retry-after": String(Math.ceil((untilMs - nowMs) / 1000)) };
  return fabricError(429, "RequestBlocked", message, { headers, isRetriable: true });
}
