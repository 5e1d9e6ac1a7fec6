import { Fragment, memo } from "react";
import { bodyOf, placeOf, tagsOf } from "../../shared/results/report/case-body.ts";
import type { CaseView, NotebookView } from "../../shared/results/report/case-view.ts";
import { duration } from "../../shared/text/duration.ts";
import { oneLine } from "../../shared/text/plain-text.ts";
import { Marked } from "./marked.tsx";
import { OutcomeIcon } from "./outcome-icon.tsx";
import { ResultBody } from "./result-body.tsx";

export interface RowActions {
  onToggle(id: string, isOpen: boolean): void;
  /** The address of a result. */
  linkTo(id: string): string | undefined;
  onShowOutput(): Promise<void>;
}

interface Props {
  view: CaseView & Partial<NotebookView>;
  isOpen: boolean;
  isCurrent: boolean;
  actions: RowActions;
}

/** Failures and notebooks always open, others if they have more to show. */
function opens(view: Props["view"]): boolean {
  return (
    view.outcome === "failed" || view.source !== undefined || Boolean(view.url) || bodyOf(view).length > 0
  );
}

/** Memoized, because a click changes one of up to 5,000 rows. */
export const ResultRow = memo(function ResultRow({ view, isOpen, isCurrent, actions }: Props) {
  const { id, name, outcome, message, exitValue, source } = view;
  const place = placeOf(view);
  const row = (
    <>
      <OutcomeIcon outcome={outcome} />
      <span className="name">
        {source === undefined ? (
          <Marked text={name} />
        ) : (
          <h3>
            <Marked text={name} />
          </h3>
        )}
        {tagsOf(view).map((tag) => (
          <Fragment key={tag}>
            {" "}
            <span className="tag">{tag}</span>
          </Fragment>
        ))}
        {place && (
          <small>
            <Marked text={place} />
          </small>
        )}
        {exitValue && (
          <small>
            exit value{" "}
            <code>
              <Marked text={oneLine(exitValue, 160)} />
            </code>
          </small>
        )}
        {outcome !== "passed" && message && (
          <span className="message">
            <Marked text={message} />
          </span>
        )}
      </span>
      <span className="time">{duration(view.durationSeconds)}</span>
    </>
  );
  if (!opens(view))
    return (
      <div className="result row" id={id} data-outcome={outcome}>
        {row}
      </div>
    );
  return (
    <details
      className={isCurrent ? "result current" : "result"}
      id={id}
      data-outcome={outcome}
      open={isOpen}
      onToggle={(event) => actions.onToggle(id, event.currentTarget.open)}
    >
      <summary className="row">{row}</summary>
      {isOpen && <ResultBody view={view} link={actions.linkTo(id)} onShowOutput={actions.onShowOutput} />}
    </details>
  );
});
