import { assertGolden } from "../../harness/golden.ts";

/** Compares with a golden file of this folder. */
export function matchesGolden(actual: string, name: string): void {
  assertGolden(import.meta.url, name, actual);
}
