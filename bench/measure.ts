/** Numbers and lines that the benches share. Every bench takes its rivals in turn, in one run, and prints medians: times swing with
 * the machine, ratios within a run hold. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs each rival once a round, in turn, and gives the median of what each returned. */
export async function inTurn<Name extends string>(
  rounds: number,
  rivals: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(rivals) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) taken[name].push(await rivals[name]());
  return Object.fromEntries(names.map((name) => [name, median(taken[name])])) as Record<Name, number>;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

export function report(label: string, value: string, promise = ""): void {
  console.log(`${label.padEnd(44)} ${value.padStart(10)}${promise ? `   promised: ${promise}` : ""}`);
}
