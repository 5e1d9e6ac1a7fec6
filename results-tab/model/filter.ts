import type { CaseView, GroupView } from "../../shared/results/report/case-view.ts";
import { resultsOf } from "../../shared/results/report/order.ts";
import { isChosen, type OutcomeChoice } from "../../shared/results/report/outcome-choices.ts";

export interface Filter {
  outcome: OutcomeChoice;
  words: string;
}

/** The words of a search, of which a result must have all. */
export function searchedWords(words: string): string[] {
  return words.toLowerCase().split(/\s+/).filter(Boolean);
}

/** The groups with only the results that match the outcome and contain all words, without the groups that have none. */
export function filterGroups(groups: readonly GroupView[], { outcome, words }: Filter): readonly GroupView[] {
  const searched = searchedWords(words);
  if (outcome === "all" && searched.length === 0) return groups;
  return groups.flatMap((group) => {
    const matches = (view: CaseView) => {
      if (!isChosen(view, outcome)) return false;
      if (searched.length === 0) return true;
      const text = textOf(view, group.title);
      return searched.every((word) => text.includes(word));
    };
    const { notebook, ...rest } = group;
    const cases = group.cases.filter(matches);
    const withNotebook = notebook && matches(notebook) ? { notebook } : {};
    return "notebook" in withNotebook || cases.length > 0 ? [{ ...rest, ...withNotebook, cases }] : [];
  });
}

/** What is searched, in lower case. Traces are long, so it is made once. */
const texts = new WeakMap<CaseView, string>();

function textOf(view: CaseView & { exitValue?: string }, group: string): string {
  const known = texts.get(view);
  if (known !== undefined) return known;
  const { name, place, owner, message, trace, failingCell, output, exitValue } = view;
  const text = [group, name, place, owner, message, failingCell?.source, trace, output, exitValue]
    .filter(Boolean)
    .join("\n")
    .toLowerCase();
  texts.set(view, text);
  return text;
}

/** The failures, in the order of the page. */
export function failuresOf(groups: readonly GroupView[]): CaseView[] {
  return resultsOf(groups).filter(({ outcome }) => outcome === "failed");
}
