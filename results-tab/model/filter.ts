import type { CaseView, GroupView } from "../../shared/results/report/view.ts";
import type { TestOutcome } from "../../shared/results/test-case.ts";

export interface Filter {
  outcome: TestOutcome | "all";
  words: string;
}

/** The groups with those of their results that have the outcome and all the words; groups without any are left out. */
export function filterGroups(groups: readonly GroupView[], { outcome, words }: Filter): readonly GroupView[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (outcome === "all" && wanted.length === 0) return groups;
  return groups.flatMap((group) => {
    const fits = (view: CaseView) => {
      if (outcome !== "all" && view.outcome !== outcome) return false;
      if (wanted.length === 0) return true;
      const text = [group.title, view.name, view.place, view.message].join(" ").toLowerCase();
      return wanted.every((word) => text.includes(word));
    };
    const { notebook, ...rest } = group;
    const cases = group.cases.filter(fits);
    const own = notebook && fits(notebook) ? { notebook } : {};
    return "notebook" in own || cases.length > 0 ? [{ ...rest, ...own, cases }] : [];
  });
}

/** The results of the groups in the order in which they are shown. */
export function resultsOf(groups: readonly GroupView[]): CaseView[] {
  return groups.flatMap(({ notebook, cases }) => (notebook ? [notebook, ...cases] : cases));
}
