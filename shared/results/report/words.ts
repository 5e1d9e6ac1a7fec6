import type { OutcomeCounts } from "../test-case.ts";

// The words that the HTML report and the results tab have in common.

/** `3 failed, 1 passed`. */
export function countsText({ total, passed, failed, skipped }: OutcomeCounts): string {
  if (passed === total) return `${total} passed`;
  return [failed && `${failed} failed`, passed && `${passed} passed`, skipped && `${skipped} skipped`]
    .filter(Boolean)
    .join(", ");
}

/** Of what ran; rounded down, since 99.96 % is not 100 %. Undefined where nothing ran. */
export function passRate({ total, passed, skipped }: OutcomeCounts): string | undefined {
  const ran = total - skipped;
  return ran > 0 ? `${Math.floor((passed / ran) * 1000) / 10} % (${passed} of ${ran})` : undefined;
}

export function date(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
