/** By which a page finds a notebook with its output in a report. Phases of a streaming test may run the same file, such as `clean`. */
export function sourceOf({ name, file, phase }: { name: string; file?: string; phase?: unknown }): string {
  return phase === undefined && file ? file : name;
}
