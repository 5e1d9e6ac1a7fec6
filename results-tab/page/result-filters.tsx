import { outcomeChoices } from "../../shared/results/report/outcome-choices.ts";
import type { OutcomeCounts } from "../../shared/results/test-case.ts";
import type { Filter } from "../model/filter.ts";

interface Props {
  counts: OutcomeCounts;
  filter: Filter;
  shown: number;
  onChange(filter: Filter): void;
  onNextFailure(): void;
}

export function ResultFilters({ counts, filter, shown, onChange, onNextFailure }: Props) {
  return (
    <search>
      <form aria-label="Results" onSubmit={(event) => event.preventDefault()}>
        <fieldset>
          <legend className="unseen">Outcome</legend>
          {outcomeChoices(counts).map(({ value, words, count }) => (
            <label key={value}>
              <input
                type="radio"
                name="outcome"
                checked={filter.outcome === value}
                onChange={() => onChange({ ...filter, outcome: value })}
              />
              <span>
                {words} <b>{count}</b>
              </span>
            </label>
          ))}
        </fieldset>
        <label className="search">
          <span className="unseen">Search in names and messages</span>
          <input
            type="search"
            placeholder="Search names and messages"
            autoComplete="off"
            spellCheck={false}
            value={filter.words}
            onChange={(event) => onChange({ ...filter, words: event.currentTarget.value })}
          />
        </label>
        {counts.failed > 0 && (
          <button type="button" onClick={onNextFailure}>
            Next failure
          </button>
        )}
        <output aria-live="polite" className="unseen">
          {shown} of {counts.total} results shown
        </output>
      </form>
    </search>
  );
}
