/**
 * Functions for all benches. A bench that compares programs runs them alternately and prints medians, because times differ from run to run,
 * but ratios within a run hardly do.
 */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs each program once in every round. @returns the median of the values that each returned */
export async function alternately<Name extends string>(
  rounds: number,
  programs: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(programs) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) measured[name].push(await programs[name]());
  return Object.fromEntries(names.map((name) => [name, median(measured[name])])) as Record<Name, number>;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

export function report(label: string, value: string, target = ""): void {
  console.log(`${label.padEnd(44)} ${value.padStart(10)}${target ? `   target: ${target}` : ""}`);
}
