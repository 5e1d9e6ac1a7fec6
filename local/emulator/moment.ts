const unitsMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Milliseconds since 1970 of a time in the config: ISO 8601, or relative to now (`-2d`, `-90m`, `+10m`; s, m, h, d, w). Undefined if it is
 * neither.
 */
export function momentMs(text: string, nowMs: number): number | undefined {
  const [, amount, unit] = /^([+-]\d+)([smhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return nowMs + Number(amount) * unitsMs[unit as keyof typeof unitsMs];
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
