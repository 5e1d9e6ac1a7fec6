import type { ReactNode } from "react";
import type { CaseView, GroupView } from "../../shared/results/report/case-view.ts";
import { foldCases, foldedWords, foldGroups, resultsOf } from "../../shared/results/report/order.ts";
import type { ReportView } from "../../shared/results/report/view.ts";
import { countsText, numberOf, verdictText } from "../../shared/results/report/words.ts";
import { Fold, LongList } from "./fold.tsx";
import { OutcomeIcon } from "./outcome-icon.tsx";
import { ResultRow, type RowActions } from "./result-row.tsx";

// The results in their groups, with those folded of which nothing needs to be read.

interface RowsProps {
  open: ReadonlySet<string>;
  current: string;
  revealed: string;
  /** Whether folds are open whatever the reader chose. */
  isUnfolded: boolean;
  actions: RowActions;
}

export function Row({ view, open, current, actions }: RowsProps & { view: CaseView }) {
  return (
    <ResultRow view={view} isOpen={open.has(view.id)} isCurrent={view.id === current} actions={actions} />
  );
}

export function Groups({ groups, ...rows }: RowsProps & { groups: readonly GroupView[] }) {
  const { shown, folded } = rows.isUnfolded ? { shown: groups, folded: [] } : foldGroups(groups);
  const isRevealed = resultsOf(folded).some(({ id }) => id === rows.revealed);
  const group = (group: GroupView) => (
    <Group key={group.notebook?.id ?? group.cases[0]?.id ?? group.title} group={group} {...rows} />
  );
  return (
    <>
      {shown.map(group)}
      {folded.length > 0 && (
        <Fold className="fold groups" label={foldedWords(folded)} isForced={isRevealed}>
          {() => (
            <LongList items={folded} isForced={isRevealed}>
              {group}
            </LongList>
          )}
        </Fold>
      )}
    </>
  );
}

function Group({ group, ...rows }: RowsProps & { group: GroupView }) {
  const { title, counts, notebook, cases } = group;
  const { shown, folded } = foldCases(cases);
  const suite = (
    <h3 className="suite">
      {title} <span>{countsText(counts)}</span>
    </h3>
  );
  const isRevealed = folded.some(({ id }) => id === rows.revealed);
  const isForced = rows.isUnfolded || isRevealed;
  const row = (view: CaseView) => <Row key={view.id} view={view} {...rows} />;
  if (!notebook && shown.length === 0)
    return (
      <section className="group">
        <Fold
          className="fold suite"
          isForced={isForced}
          label={
            <>
              <OutcomeIcon outcome="passed" />
              {suite}
            </>
          }
        >
          {() => (
            <div className="cases">
              <LongList items={folded} isForced={isRevealed}>
                {row}
              </LongList>
            </div>
          )}
        </Fold>
      </section>
    );
  return (
    <section className="group">
      {notebook ? row(notebook) : suite}
      {cases.length > 0 && (
        <div className="cases">
          {shown.map(row)}
          {folded.length > 0 && (
            <Fold isForced={isForced} label={numberOf(folded.length, "passed test")}>
              {() => (
                <LongList items={folded} isForced={isRevealed}>
                  {row}
                </LongList>
              )}
            </Fold>
          )}
        </div>
      )}
    </section>
  );
}

export function Subject({
  view,
  isNamed,
  children,
}: {
  view: ReportView;
  isNamed: boolean;
  children: ReactNode;
}) {
  if (!isNamed) return children;
  const name = [view.environment, view.title].filter(Boolean).join(" · ");
  return (
    <section className="subject" aria-label={name}>
      <p className="subject-name">
        <b>{name}</b> {verdictText(view.sums)}
      </p>
      {children}
    </section>
  );
}
