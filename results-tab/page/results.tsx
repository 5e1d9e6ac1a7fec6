import { type KeyboardEvent, useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import type { GroupView, ReportView } from "../../shared/results/report/view.ts";
import { countsText } from "../../shared/results/report/words.ts";
import { countOutcomes } from "../../shared/results/test-case.ts";
import { type Filter, filterGroups, resultsOf } from "../model/filter.ts";
import { ResultFilters } from "./result-filters.tsx";
import { opens, ResultRow } from "./result-row.tsx";

/** The number of failures that are open at first, so that a list of hundreds stays short. */
const openFailures = 10;

/** With more results, the browser lays out only what is on the screen. */
const fewResults = 300;

export function Results({ views }: { views: readonly ReportView[] }) {
  const [filter, setFilter] = useState<Filter>({ outcome: "all", words: "" });
  // Typing stays fast while thousands of rows change.
  const applied = useDeferredValue(filter);
  const all = useMemo(() => views.flatMap(({ groups }) => resultsOf(groups)), [views]);
  const counts = useMemo(() => countOutcomes(all), [all]);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => firstFailures(all));
  const shown = useMemo(
    () => views.map((view) => ({ view, groups: filterGroups(view.groups, applied) })),
    [views, applied],
  );
  const list = useRef<HTMLDivElement>(null);

  const onToggle = useCallback((id: string, isOpen: boolean) => {
    setOpen((before) => {
      if (before.has(id) === isOpen) return before;
      const after = new Set(before);
      if (isOpen) after.add(id);
      else after.delete(id);
      return after;
    });
  }, []);

  const failure = useRef<string>(undefined);
  const nextFailure = () => {
    const failures = shown
      .flatMap(({ groups }) => resultsOf(groups))
      .filter((view) => view.outcome === "failed" && opens(view));
    const next = failures[(failures.findIndex(({ id }) => id === failure.current) + 1) % failures.length];
    if (!next) return;
    failure.current = next.id;
    onToggle(next.id, true);
    focusRow(document.getElementById(next.id), "center");
  };

  const shownCount = shown.reduce((sum, { groups }) => sum + resultsOf(groups).length, 0);
  return (
    <section
      className={`results ${all.length > fewResults ? "many" : ""}`}
      id="results"
      tabIndex={-1}
      aria-labelledby="results-title"
    >
      <div className="bar">
        <h2 id="results-title">Results</h2>
        <ResultFilters
          counts={counts}
          filter={filter}
          shown={shownCount}
          onChange={setFilter}
          onNextFailure={nextFailure}
        />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the rows in it have the focus; it only handles their keys. */}
      <div ref={list} onKeyDown={(event) => walk(event, list.current)}>
        {shown.map(({ view, groups }, index) => (
          <Subject key={subjectKey(view, index)} view={view} isNamed={views.length > 1 && groups.length > 0}>
            {groups.map((group, at) => (
              <Group
                key={group.notebook?.id ?? group.cases[0]?.id ?? at}
                group={group}
                open={open}
                onToggle={onToggle}
              />
            ))}
          </Subject>
        ))}
      </div>
      {shownCount === 0 && <p className="none">No results match this outcome and search.</p>}
    </section>
  );
}

function Subject({
  view,
  isNamed,
  children,
}: {
  view: ReportView;
  isNamed: boolean;
  children: React.ReactNode;
}) {
  if (!isNamed) return children;
  const name = [view.environment, view.title].filter(Boolean).join(" · ");
  return (
    <section className="subject" aria-label={name}>
      <p className="subject-name">
        <b>{name}</b> {countsText(view.counts)}
      </p>
      {children}
    </section>
  );
}

interface GroupProps {
  group: GroupView;
  open: ReadonlySet<string>;
  onToggle(id: string, isOpen: boolean): void;
}

function Group({ group: { title, counts, notebook, cases }, open, onToggle }: GroupProps) {
  return (
    <section className="group">
      {notebook ? (
        <ResultRow view={notebook} isNotebook isOpen={open.has(notebook.id)} onToggle={onToggle} />
      ) : (
        <h3 className="suite">
          {title} <span>{countsText(counts)}</span>
        </h3>
      )}
      {cases.length > 0 && (
        <div className="cases">
          {cases.map((view) => (
            <ResultRow
              key={view.id}
              view={view}
              isNotebook={false}
              isOpen={open.has(view.id)}
              onToggle={onToggle}
            />
          ))}
        </div>
      )}
    </section>
  );
}

function firstFailures(all: readonly { id: string; outcome: string }[]): ReadonlySet<string> {
  const failed = all.filter(({ outcome }) => outcome === "failed");
  return new Set(failed.slice(0, openFailures).map(({ id }) => id));
}

function subjectKey({ title, environment }: ReportView, index: number): string {
  return `${index} ${environment} ${title}`;
}

/** The up and down keys move the focus from row to row, as in the HTML report. */
function walk(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = (event.target as Element).closest("summary.row")?.parentElement;
  if (!step || !row || !list) return;
  const rows = [...list.querySelectorAll("details.result")];
  const next = rows[rows.indexOf(row) + step];
  if (!next) return;
  event.preventDefault();
  focusRow(next, "nearest");
}

function focusRow(row: Element | null, block: ScrollLogicalPosition): void {
  const summary = row?.firstElementChild;
  if (!(summary instanceof HTMLElement)) return;
  summary.focus({ preventScroll: true });
  summary.scrollIntoView({ block });
}
