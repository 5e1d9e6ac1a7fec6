import { memo } from "react";
import type { CaseView } from "../../shared/results/report/view.ts";
import { duration } from "../../shared/text/duration.ts";
import { OutcomeIcon } from "./outcome-icon.tsx";
import { OutsideLink } from "./outside-link.tsx";

interface Props {
  view: CaseView;
  /** The name of a notebook is a heading. */
  isNotebook: boolean;
  isOpen: boolean;
  onToggle(id: string, isOpen: boolean): void;
}

/** A row shows up to three lines of a message, of about a hundred characters each. A longer message opens. */
const messageOfRow = 200;

export function opens({ url, message, outcome }: CaseView): boolean {
  return Boolean(
    url || (outcome !== "passed" && message && (message.length > messageOfRow || message.includes("\n"))),
  );
}

/** Memoized, because a click changes one of up to 5,000 rows. */
export const ResultRow = memo(function ResultRow({ view, isNotebook, isOpen, onToggle }: Props) {
  const row = (
    <>
      <OutcomeIcon outcome={view.outcome} />
      <span className="name">
        {isNotebook ? <h3>{view.name}</h3> : view.name}
        {view.place && <small>{view.place}</small>}
        {view.outcome !== "passed" && view.message && <span className="message">{view.message}</span>}
      </span>
      <span className="time">{duration(view.durationSeconds)}</span>
    </>
  );
  if (!opens(view))
    return (
      <div className="result row" id={view.id} data-outcome={view.outcome}>
        {row}
      </div>
    );
  return (
    <details
      className="result"
      id={view.id}
      data-outcome={view.outcome}
      open={isOpen}
      onToggle={(event) => onToggle(view.id, event.currentTarget.open)}
    >
      <summary className="row">{row}</summary>
      {isOpen && view.url && (
        <div className="body">
          <p>
            <OutsideLink url={view.url}>Open the run</OutsideLink>
          </p>
        </div>
      )}
    </details>
  );
});
