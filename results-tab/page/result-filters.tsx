import type { CaseView } from "../../shared/results/report/case-view.ts";
import { choicesOf } from "../../shared/results/report/outcome-choices.ts";
import type { Filter } from "../model/filter.ts";

export type Order = "failures" | "time";

interface Props {
  results: readonly CaseView[];
  filter: Filter;
  order: Order;
  shown: number;
  /** Such as `2 of 17`. */
  position: string;
  onChange(filter: Filter): void;
  onOrder(order: Order): void;
  onNextFailure(): void;
}

export function ResultFilters(props: Props) {
  const { results, filter, order, shown, position, onChange, onOrder, onNextFailure } = props;
  const choices = choicesOf(results);
  return (
    <search>
      <form aria-label="Results" onSubmit={(event) => event.preventDefault()}>
        <fieldset>
          <legend className="unseen">Outcome</legend>
          {choices.map(({ value, words, count }) => (
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
          <span className="unseen">Search in names, messages and traces</span>
          <input
            type="search"
            placeholder="Search names and traces"
            autoComplete="off"
            spellCheck={false}
            value={filter.words}
            onChange={(event) => onChange({ ...filter, words: event.currentTarget.value })}
          />
        </label>
        <label className="order">
          <span className="unseen">Order</span>
          <select value={order} onChange={(event) => onOrder(event.currentTarget.value as Order)}>
            <option value="failures">Failures first</option>
            <option value="time">Longest first</option>
          </select>
        </label>
        {choices.some(({ value, count }) => value === "failed" && count > 0) && (
          <span className="next">
            <button type="button" onClick={onNextFailure}>
              Next failure
            </button>
            <output aria-live="polite">{position}</output>
          </span>
        )}
        <output aria-live="polite" className="unseen">
          {shown} of {results.length} results shown
        </output>
      </form>
    </search>
  );
}
