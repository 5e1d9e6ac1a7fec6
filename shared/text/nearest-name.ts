/** The known name that a misspelt one probably means: at most a third of its letters differ, or one. Undefined if no name is that near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.max(1, Math.floor(name.length / 3));
  for (const candidate of known) {
    const differences = editDistance(name.toLowerCase(), candidate.toLowerCase(), fewest);
    if (differences > fewest || (nearest !== undefined && differences === fewest)) continue;
    nearest = candidate;
    fewest = differences;
  }
  return nearest;
}

/** Letters to insert, remove, replace, or swap with their neighbour (optimal string alignment); any number above `most` for more than that. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          next[j - 1]! + 1,
          row[j]! + 1,
          row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
          isSwap ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
