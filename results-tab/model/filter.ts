import type { CaseView, GroupView } from "../../shared/results/report/view.ts";
import type { TestOutcome } from "../../shared/results/test-case.ts";

export interface Filter {
  outcome: TestOutcome | "all";
  words: string;
}

/** The groups with only the results that match the outcome and contain all words, without the groups that have none. */
export function filterGroups(groups: readonly GroupView[], { outcome, words }: Filter): readonly GroupView[] {
  const searched = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (outcome === "all" && searched.length === 0) return groups;
  return groups.flatMap((group) => {
    const matches = (view: CaseView) => {
      if (outcome !== "all" && view.outcome !== outcome) return false;
      if (searched.length === 0) return true;
      const text = [group.title, view.name, view.place, view.message].join(" ").toLowerCase();
      return searched.every((word) => text.includes(word));
    };
    const { notebook, ...rest } = group;
    const cases = group.cases.filter(matches);
    const withNotebook = notebook && matches(notebook) ? { notebook } : {};
    return "notebook" in withNotebook || cases.length > 0 ? [{ ...rest, ...withNotebook, cases }] : [];
  });
}

/** The results of the groups, in the order of the page. */
export function resultsOf(groups: readonly GroupView[]): CaseView[] {
  return groups.flatMap(({ notebook, cases }) => (notebook ? [notebook, ...cases] : cases));
}
