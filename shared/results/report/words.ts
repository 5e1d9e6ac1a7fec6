import type { OutcomeCounts } from "../test-case.ts";

// The words that reports have in common: the HTML report, the summary and the results tab.

/** `3 failed, 1 passed`; `all 3 skipped`; `nothing ran`. */
export function countsText({ total, passed, failed, skipped }: OutcomeCounts): string {
  if (total === 0) return "nothing ran";
  if (skipped === total && total > 1) return `all ${total} skipped`;
  if (passed === total) return `${total} passed`;
  return [failed && `${failed} failed`, passed && `${passed} passed`, skipped && `${skipped} skipped`]
    .filter(Boolean)
    .join(", ");
}

/** The rate of the cases that ran, rounded down because 99.96 % is not 100 %. Undefined if no case ran. */
export function passRate({ total, passed, skipped }: OutcomeCounts): string | undefined {
  const ran = total - skipped;
  return ran > 0 ? `${Math.floor((passed / ran) * 1000) / 10} % (${passed} of ${ran})` : undefined;
}

export function date(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
