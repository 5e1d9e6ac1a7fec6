/**
 * Does every one of the works, whatever becomes of the others, one after another. What failed is thrown at the end: one failure as it is,
 * several as one sentence.
 */
export async function independently(works: Iterable<() => Promise<unknown>>): Promise<void> {
  const failures: unknown[] = [];
  for (const work of works) await work().catch((error: unknown) => failures.push(error));
  throwAll(failures);
}

/** The same, all at once. */
export async function independentlyAtOnce(works: Iterable<() => Promise<unknown>>): Promise<void> {
  const settled = await Promise.allSettled([...works].map((work) => work()));
  throwAll(settled.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])));
}

/** Throws what failed, if anything did: one failure as it is, several as one sentence. */
export function throwAll(failures: readonly unknown[]): void {
  if (failures.length === 0) return;
  if (failures.length === 1) throw failures[0];
  const messages = [...new Set(failures.map((failure) => messageOf(failure)))];
  throw new AggregateError(failures, `${messages.join("; and moreover: ")}.`);
}

function messageOf(failure: unknown): string {
  return (failure instanceof Error ? failure.message : String(failure)).replace(/\.$/, "");
}
