import type { Writable } from "node:stream";

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Colours for a terminal, unless it or the user does not want them (https://no-color.org); plain text for a file. */
export function styleOf(out: Writable): Style {
  const isTerminal = (out as Writable & { isTTY?: boolean }).isTTY === true;
  const colours = isTerminal && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  const paint = (open: number, close: number) => (text: string) =>
    colours && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

/** `0.3 s`, `12 s`, `2 min 5 s` */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
