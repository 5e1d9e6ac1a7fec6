import type { CaseView, GroupView } from "./case-view.ts";
import { numberOf } from "./words.ts";

/** With more groups in which all passed, a page folds them together. */
const fewPassedGroups = 20;

/** If a filter or a search finds more results, those that passed stay folded. */
export const mostUnfolded = 500;

/** What a reader wants to see first has the lowest number. */
function rank({ outcome, quarantined, flaky }: CaseView): number {
  if (outcome === "failed") return quarantined ? 1 : 0;
  if (flaky) return 2;
  return outcome === "skipped" ? 3 : 4;
}

/** The results of the groups, in the order of the page. */
export function resultsOf(groups: readonly GroupView[]): CaseView[] {
  return groups.flatMap(({ notebook, cases }) => (notebook ? [notebook, ...cases] : cases));
}

/** Failures first, then what is quarantined, flaky or skipped; otherwise in the order of the run. */
export function failuresFirst(groups: readonly GroupView[]): GroupView[] {
  return groups
    .map((group) => ({
      group: { ...group, cases: [...group.cases].sort((a, b) => rank(a) - rank(b)) },
      rank: resultsOf([group]).reduce((lowest, view) => Math.min(lowest, rank(view)), 4),
    }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ group }) => group);
}

/** The results that took longest first, each with the name of its group as the place. */
export function longestFirst(groups: readonly GroupView[]): CaseView[] {
  return groups
    .flatMap(({ title, notebook, cases }) => [
      ...(notebook ? [notebook] : []),
      ...cases.map((view) => ({ ...view, place: [title, view.place].filter(Boolean).join(" · ") })),
    ])
    .sort((a, b) => b.durationSeconds - a.durationSeconds);
}

/** Whether a page folds the result: nothing about it needs to be read. */
function isFolded(view: CaseView): boolean {
  return rank(view) === 4;
}

/** The cases that a page shows, and those that it folds. */
export function foldCases(cases: readonly CaseView[]): { shown: CaseView[]; folded: CaseView[] } {
  return { shown: cases.filter((view) => !isFolded(view)), folded: cases.filter(isFolded) };
}

/** The groups that a page shows, and those that it folds because all in them passed and there are many. */
export function foldGroups(groups: readonly GroupView[]): {
  shown: readonly GroupView[];
  folded: readonly GroupView[];
} {
  const isPassed = (group: GroupView) => resultsOf([group]).every(isFolded);
  const folded = groups.filter(isPassed);
  if (folded.length <= fewPassedGroups) return { shown: groups, folded: [] };
  return { shown: groups.filter((group) => !isPassed(group)), folded };
}

/** Such as `30 passed notebooks with 1200 tests`. */
export function foldedWords(groups: readonly GroupView[]): string {
  const areNotebooks = groups.every(({ notebook }) => notebook);
  const arePhases = groups.every(({ notebook }) => notebook?.isPhase);
  const noun = arePhases ? "phase" : areNotebooks ? "notebook" : "group";
  const tests = groups.reduce((sum, { cases }) => sum + cases.length, 0);
  return `${numberOf(groups.length, `passed ${noun}`)}${tests > 0 ? ` with ${numberOf(tests, "test")}` : ""}`;
}
