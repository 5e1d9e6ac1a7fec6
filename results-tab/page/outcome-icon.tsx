import { outcomePaths } from "../../shared/results/report/icons.ts";
import type { TestOutcome } from "../../shared/results/test-outcome.ts";

export function OutcomeIcon({ outcome }: { outcome: TestOutcome }) {
  return (
    <svg className={`icon ${outcome}`} viewBox="0 0 16 16" role="img" aria-label={outcome}>
      <circle cx="8" cy="8" r="8" />
      <path d={outcomePaths[outcome]} />
    </svg>
  );
}
