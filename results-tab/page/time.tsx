import { date, localTimeFormat } from "../../shared/results/report/words.ts";

/** A time in the zone of the reader, and in UTC when the mouse is over it. */
export function Time({ value, isDay = false }: { value: Date; isDay?: boolean }) {
  return (
    <time dateTime={value.toISOString()} title={date(value)}>
      {isDay
        ? value.toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" })
        : value.toLocaleString(undefined, localTimeFormat)}
    </time>
  );
}
