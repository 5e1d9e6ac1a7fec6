import type { Extent } from "./timeline-lane.ts";

interface Span {
  startedOn: Date;
  durationSeconds: number;
}

/** The whole time of a timeline, from the first start to the last end and at least a second. */
export class TimeScale {
  readonly #first: number;
  readonly #whole: number;

  /** @param spans at least one */
  constructor(spans: readonly Span[]) {
    this.#first = Math.min(...spans.map(({ startedOn }) => startedOn.getTime()));
    this.#whole = Math.max(1000, Math.max(...spans.map(endOf)) - this.#first);
  }

  get seconds(): number {
    return this.#whole / 1000;
  }

  secondsOf(time: Date): number {
    return (time.getTime() - this.#first) / 1000;
  }

  /** The part of a time that is within the whole. */
  extentOf(span: Span): Extent {
    const percent = (time: number) => Math.min(100, Math.max(0, ((time - this.#first) / this.#whole) * 100));
    const [at, end] = [percent(span.startedOn.getTime()), percent(endOf(span))];
    return { at: rounded(at), width: rounded(end - at) };
  }
}

/** In milliseconds since 1970. */
export function endOf({ startedOn, durationSeconds }: Span): number {
  return startedOn.getTime() + durationSeconds * 1000;
}

function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}
