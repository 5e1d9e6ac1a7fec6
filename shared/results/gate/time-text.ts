import { oneLine } from "../../text/plain-text.ts";

/** A time of a server as `2026-11-21 10:00 UTC`; any other text as it is. */
export function timeText(time: string): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return oneLine(time, 40);
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
