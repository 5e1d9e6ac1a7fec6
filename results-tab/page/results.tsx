import {
  type KeyboardEvent,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { CaseView } from "../../shared/results/report/case-view.ts";
import { longestFirst, mostUnfolded, resultsOf } from "../../shared/results/report/order.ts";
import type { ReportView } from "../../shared/results/report/view.ts";
import { type Filter, failuresOf, filterGroups, searchedWords } from "../model/filter.ts";
import { LongList } from "./fold.tsx";
import { SearchedWords } from "./marked.tsx";
import { type Order, ResultFilters } from "./result-filters.tsx";
import { Groups, Row, Subject } from "./result-list.tsx";

/** The number of failures that are open at first, so that a list of hundreds stays short. */
const openFailures = 10;

/** With more results, the browser lays out only what is on the screen. */
const fewResults = 300;

const everything: Filter = { outcome: "all", words: "" };

/** The result to show; each choice of a reader is an object of its own. */
export interface Target {
  id: string;
}

interface Props {
  views: readonly ReportView[];
  target: Target;
  linkTo(id: string): string | undefined;
  onShowOutput(): Promise<void>;
}

export function Results({ views, target, linkTo, onShowOutput }: Props) {
  const [filter, setFilter] = useState<Filter>(everything);
  const [order, setOrder] = useState<Order>("failures");
  // Typing stays fast while thousands of rows change.
  const applied = useDeferredValue(filter);
  const words = useMemo(() => searchedWords(applied.words), [applied]);
  const all = useMemo(() => views.flatMap(({ groups }) => resultsOf(groups)), [views]);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => firstFailures(all));
  const [current, setCurrent] = useState("");
  const [revealed, setRevealed] = useState<Target>({ id: "" });
  const shown = useMemo(
    () => views.map((view) => ({ view, groups: filterGroups(view.groups, applied) })),
    [views, applied],
  );
  const groups = shown.flatMap((each) => each.groups);
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
  const actions = useMemo(() => ({ onToggle, linkTo, onShowOutput }), [onToggle, linkTo, onShowOutput]);

  const change = (changed: Filter) => {
    setFilter(changed);
    setCurrent("");
  };

  // In the order by time the failures are where their times put them.
  const ordered = order === "time" ? longestFirst(groups).filter(isFailure) : failuresOf(groups);
  const at = ordered.findIndex(({ id }) => id === current);
  /** The focus stays on the button, so that pressing it again goes on. */
  const nextFailure = () => {
    const next = ordered[(at + 1) % ordered.length];
    if (!next) return;
    setCurrent(next.id);
    onToggle(next.id, true);
    document.getElementById(next.id)?.scrollIntoView({ block: "start" });
  };

  useEffect(() => {
    if (!target.id || !all.some(({ id }) => id === target.id)) return;
    setFilter(everything);
    setOrder("failures");
    setRevealed(target);
    onToggle(target.id, true);
  }, [target, all, onToggle]);
  useEffect(() => {
    if (revealed.id) focusRow(document.getElementById(revealed.id), "start");
  }, [revealed]);

  const shownCount = resultsOf(groups).length;
  const isFiltered = applied.outcome !== "all" || words.length > 0;
  const rows = {
    open,
    current,
    revealed: revealed.id,
    isUnfolded: isFiltered && shownCount <= mostUnfolded,
    actions,
  };
  return (
    <section
      className={`results ${all.length > fewResults ? "many" : ""}`}
      id="results"
      tabIndex={-1}
      aria-labelledby="results-title"
    >
      <div className="bar">
        <h2 id="results-title">Results</h2>
        {all.length > 0 && (
          <ResultFilters
            results={all}
            filter={filter}
            order={order}
            shown={shownCount}
            position={at < 0 ? "" : `${at + 1} of ${ordered.length}`}
            onChange={change}
            onOrder={setOrder}
            onNextFailure={nextFailure}
          />
        )}
      </div>
      <SearchedWords value={words}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the rows in it have the focus; it only handles their keys. */}
        <div ref={list} onKeyDown={(event) => walk(event, list.current)}>
          {order === "time" ? (
            <div className="flat">
              <LongList items={longestFirst(groups)} isForced={current !== ""}>
                {(view) => <Row key={view.id} view={view} {...rows} />}
              </LongList>
            </div>
          ) : (
            shown.map(({ view, groups }, index) => (
              <Subject
                key={subjectKey(view, index)}
                view={view}
                isNamed={views.length > 1 && groups.length > 0}
              >
                <Groups groups={groups} {...rows} />
              </Subject>
            ))
          )}
        </div>
      </SearchedWords>
      {all.length === 0 && (
        <p className="none">{views[0]?.emptiness ?? "The test status of this run lists no result."}</p>
      )}
      {all.length > 0 && groups.length === 0 && (
        <p className="none">
          No results match this outcome and search.{" "}
          <button type="button" onClick={() => change(everything)}>
            Show all
          </button>
        </p>
      )}
    </section>
  );
}

function isFailure({ outcome }: CaseView): boolean {
  return outcome === "failed";
}

function firstFailures(all: readonly CaseView[]): ReadonlySet<string> {
  return new Set(
    all
      .filter(isFailure)
      .slice(0, openFailures)
      .map(({ id }) => id),
  );
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
  const summary = row?.matches("details") ? row.firstElementChild : row;
  if (!(summary instanceof HTMLElement)) return;
  summary.focus({ preventScroll: true });
  summary.scrollIntoView({ block });
}
