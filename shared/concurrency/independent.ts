import { clause } from "../text/could-not.ts";

/**
 * Does all of the works one after another, even if some fail. What failed is thrown at the end: one failure as it is, several as one
 * error with all their messages.
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

/** Throws what failed, if anything did: one failure as it is, several as one error with all their messages. */
export function throwAll(failures: readonly unknown[]): void {
  if (failures.length === 0) return;
  if (failures.length === 1) throw failures[0];
  const messages = failures.map((failure) =>
    clause(failure instanceof Error ? failure.message : String(failure)),
  );
  throw new AggregateError(failures, `${[...new Set(messages)].join(". ")}.`);
}
