/**
 * How long the server asks to wait, in milliseconds: `retry-after-ms`, `x-ms-retry-after-ms`, or `Retry-After` as seconds
 * or as an HTTP date (a date in the past means now). Undefined if it does not ask, or not in a known form.
 */
export function retryAfterMs(
  headers: { get(name: string): string | null },
  now = Date.now(),
): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const milliseconds = wholeNumber(headers.get(name));
    if (milliseconds !== undefined) return milliseconds;
  }
  const text = headers.get("retry-after")?.trim();
  if (text === undefined || text === "") return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (seconds !== undefined) return Math.round(seconds * 1000);
  const date = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\s*\d+\s*$/.test(text) ? Number(text) : undefined;
}
