import assert from "node:assert/strict";
import { DateTime } from "../../local/agent/expressions/date-time.ts";
import { checkExpression, evaluate } from "../../local/agent/expressions/evaluate.ts";
import { conditionPlace, missingFromTemplates, variablePlace } from "../../local/agent/expressions/places.ts";
import type { Value, ValueObject } from "../../local/agent/expressions/values.ts";
import { comparisons, evaluated, refused } from "./expression-cases.ts";

const names: ValueObject = {
  variables: {
    "Build.Reason": "Manual",
    count: "10",
    nameOfCount: "count",
    true: "yes",
    null: "nothing",
    "with-dash": "dash",
    "1": "one",
  },
  parameters: {
    list: ["a", "b"],
    none: [],
    object: { one: { size: "1" }, two: { size: "2" } },
    nested: [
      { name: "n1", tags: ["t1", "t2"] },
      { name: "n2", tags: ["t3"] },
    ],
  },
  pipeline: { startTime: DateTime.parse("2026-03-02T09:07:03Z")! },
};
const result = (source: string): Value => evaluate(source, { names });

/** What the expression evaluates to, or its error in brackets. */
function outcomeOf(source: string): unknown {
  try {
    return result(source);
  } catch (error) {
    return `[${(error as Error).message}]`;
  }
}

/** The outcomes of all functions that compare, for a pair whose relation is known. */
function comparing(left: string, outcome: string, right: string): [source: string, expected: unknown][] {
  const pair = `${left}, ${right}`;
  const isEqual = outcome === "=";
  const ordered = (test: boolean) => (outcome === "!" ? "error" : test);
  return [
    [`eq(${pair})`, isEqual],
    [`ne(${pair})`, !isEqual],
    [`in(${pair})`, isEqual],
    [`notIn(${pair})`, !isEqual],
    [`gt(${pair})`, ordered(outcome === ">")],
    [`ge(${pair})`, ordered(outcome !== "<")],
    [`lt(${pair})`, ordered(outcome === "<")],
    [`le(${pair})`, ordered(outcome !== ">")],
  ];
}

describe("expressions", () => {
  for (const [source, pairs] of Object.entries(comparisons))
    it(`expressions compare as in ${source}`, () => {
      const differences = pairs.flatMap((pair) => {
        const [, left = "", outcome = "", right = ""] = /^(.+?) ([=<>!]) ([\s\S]+)$/.exec(pair) ?? [];
        return comparing(left, outcome, right).flatMap(([expression, expected]) => {
          const found = outcomeOf(expression);
          const isExpected =
            expected === "error" ? /^\[unable to convert/.test(String(found)) : found === expected;
          return isExpected ? [] : [`${expression} is ${String(found)}, not ${String(expected)}`];
        });
      });
      assert.deepEqual(differences, []);
    });

  for (const [source, cases] of Object.entries(evaluated))
    it(`expressions evaluate as in ${source}`, () =>
      assert.deepEqual(
        cases.map(([expression]) => [expression, outcomeOf(expression)]),
        cases,
      ));

  for (const [source, cases] of Object.entries(refused))
    it(`expressions are refused as in ${source}`, () => {
      for (const [expression, message] of cases)
        assert.throws(() => result(expression), { message }, expression);
    });

  // docs: counter, Job status check functions; https://github.com/MicrosoftDocs/azure-devops-docs/issues/13743 for split
  it("expressions have counter() only in variables, status functions only in conditions and split() only before the run", () => {
    const messageOf = (act: () => unknown) => {
      try {
        act();
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    const template = (source: string) =>
      messageOf(() => evaluate(source, { names, missing: missingFromTemplates }));
    const variable = (source: string) => messageOf(() => checkExpression(source, variablePlace));
    const condition = (source: string) => messageOf(() => checkExpression(source, conditionPlace));
    const places = (source: string) => [template, variable, condition].map((place) => place(source) === "");
    assert.deepEqual(places("counter('a', 1)"), [false, true, false]);
    assert.deepEqual(places("split('a', ',')"), [true, false, false]);
    assert.deepEqual(places("and(SUCCEEDED(), always())"), [false, false, true]);
    assert.deepEqual(places("eq(parameters.list[0], 'a')"), [true, false, false]);
    assert.deepEqual(places("dependencies.a.outputs['b.c']"), [false, true, true]);
    assert.deepEqual(places("eq(trim(iif(true, 'a', 'b')), 'a')"), [true, true, true]);
    assert.match(
      variable("split('a', ',')"),
      /split is not available here; Azure Pipelines has it only in \$\{\{ \}\}/,
    );
    assert.match(condition("eq(variable.a, 1)"), /variable is not known here; did you mean "variables"\?/);
  });
});
