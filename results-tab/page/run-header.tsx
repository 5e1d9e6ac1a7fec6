import type { ReactNode } from "react";
import { factsOf } from "../../shared/results/report/page-header.ts";
import type { ReportView } from "../../shared/results/report/view.ts";
import { verdict } from "../../shared/results/report/words.ts";
import type { OutcomeCounts } from "../../shared/results/test-case.ts";
import { OutcomeIcon } from "./outcome-icon.tsx";
import { OutsideLink } from "./outside-link.tsx";
import { Time } from "./time.tsx";

interface Props {
  /** All records of the page together. */
  view: ReportView;
  runNumber: string | undefined;
  children: ReactNode;
}

export function RunHeader({ view, runNumber, children }: Props) {
  const { outcome, title, counts, links } = view;
  const { verdict: words, rest } = verdict(view.sums);
  return (
    <header className={`page ${outcome}`}>
      <div className="verdict">
        <OutcomeIcon outcome={outcome} />
        <div>
          <h1>
            {title} {runNumber && <small>{runNumber}</small>}
          </h1>
          <p className="sentence">
            <strong>{words}</strong>
            {rest && `, ${rest}`}
          </p>
        </div>
      </div>
      <Proportions counts={counts} />
      <dl className="facts">
        {factsOf(view).map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value instanceof Date ? <Time value={value} /> : value}</dd>
          </div>
        ))}
      </dl>
      <div className="choices">
        {links.length > 0 && (
          <nav aria-label="Links">
            {links.map(({ url, words }) => (
              <OutsideLink key={url} url={url}>
                {words}
              </OutsideLink>
            ))}
          </nav>
        )}
        {children}
      </div>
    </header>
  );
}

/** A bar for the eye only, because the sentence above says the same. */
function Proportions({ counts }: { counts: OutcomeCounts }) {
  const outcomes = (["failed", "passed", "skipped"] as const).filter((outcome) => counts[outcome] > 0);
  return (
    outcomes.length > 0 && (
      <div className="proportions" aria-hidden="true">
        {outcomes.map((outcome) => (
          <span key={outcome} className={outcome} style={{ flexGrow: counts[outcome] }} />
        ))}
      </div>
    )
  );
}
