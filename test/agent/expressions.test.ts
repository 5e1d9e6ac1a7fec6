import assert from "node:assert/strict";
import { evaluate } from "../../local/agent/expressions/evaluate.ts";
import { type Value, Version } from "../../local/agent/expressions/values.ts";

const names = {
  variables: { "Build.Reason": "Manual", count: "10", Empty: "" },
  parameters: { list: ["a", "b"], object: { one: { size: 1 }, two: { size: 2 } }, flag: true },
};
const value = (source: string): Value => evaluate(source, { names });

/** The rules of https://learn.microsoft.com/azure/devops/pipelines/process/expressions, one a line. */
const cases: [string, Value][] = [
  // literals
  ["'it''s'", "it's"],
  ["-1.5", -1.5],
  [".5", 0.5],
  ["0x1F", 31],
  ["True", true],
  ["null", null],
  ["1.2.3", new Version([1, 2, 3])],
  // members
  ["variables['Build.Reason']", "Manual"],
  ["variables.COUNT", "10"],
  ["variables.none", null],
  ["variables.none.deeper", null],
  ["parameters.list[1]", "b"],
  ["parameters.list[7]", null],
  ["join(',', parameters.object.*.size)", "1,2"],
  ["join(',', parameters.object[*].size)", "1,2"],
  // equality: the right side is converted to the type of the left side
  ["eq('ABC', 'abc')", true],
  ["eq(1, '1.0')", true],
  ["eq('1', 1)", true],
  ["eq('1.0', 1)", false],
  ["eq(true, 'false')", true],
  ["eq('true', true)", true],
  ["eq(parameters.flag, 'True')", true],
  ["eq(1, 'one')", false],
  ["eq(null, '')", true],
  ["eq('', null)", true],
  ["eq(0, null)", true],
  ["eq(variables.none, '')", true],
  ["eq(1.2.3, '1.2.3')", true],
  ["ne('a', 'b')", true],
  ["ne(1, 'one')", true],
  // order
  ["gt(2, '1')", true],
  ["gt('10', '9')", false],
  ["gt(variables.count, 9)", false],
  ["ge(2, 2)", true],
  ["lt('a', 'B')", true],
  ["le(3, 2)", false],
  ["gt(1.10.0, '1.9.9')", true],
  ["lt(1.2.3, '1.2.3.4')", true],
  ["gt(1.10.0, 1.5)", true],
  ["eq(1.0.0, 1)", false],
  // logic
  ["and(true, 'x', 1)", true],
  ["and(true, '')", false],
  ["or(false, 0, '')", false],
  ["or(false, true)", true],
  ["and(false, gt(1, 'not a number'))", false],
  ["not('')", true],
  ["xor(true, true)", false],
  ["iif(eq(1, 1), 'yes', 'no')", "yes"],
  // text
  ["contains('Release/1', 'release')", true],
  ["startsWith('refs/heads/main', 'REFS/')", true],
  ["endsWith('a.ipynb', '.ipynb')", true],
  ["lower('AbC')", "abc"],
  ["upper('AbC')", "ABC"],
  ["trim('  a ')", "a"],
  ["replace('a.b.c', '.', '$&')", "a$&b$&c"],
  ["format('{0} of {1} {{0}}', 1, 'two')", "1 of two {0}"],
  ["join(';', split('a,b', ','))", "a;b"],
  ["split('a,b;c', ',;')", ["a", "b", "c"]],
  ["length('abc')", 3],
  ["length(parameters.list)", 2],
  ["coalesce('', variables.none, 'c')", "c"],
  ["convertToJson(parameters.list)", '[\n  "a",\n  "b"\n]'],
  // sets
  ["in('B', 'a', 'b')", true],
  ["notIn('B', 'a', 'b')", false],
  ["containsValue(parameters.list, 'B')", true],
  ["containsValue(variables, 'manual')", true],
  ["counter('x', 100)", 100],
];

const errors: [string, RegExp][] = [
  ["eq(1)", /eq takes 2 arguments, not 1/],
  ["shout('a')", /shout is not supported/],
  ["variable.x", /variable is not known here/],
  ["eq('a', b", /expected \) at the end/],
  ["'open", /unexpected "'open" in the expression/],
  ["gt(1, 'one')", /'one' cannot be compared with 1/],
  ["gt(1.2.3, 1)", /1 cannot be compared with 1\.2\.3/],
  ["1 2", /unexpected text at 2/],
  ["", /ends too early/],
  ["format('{1}', 1)", /no argument for \{1\}/],
];

describe("expressions", () => {
  for (const [source, expected] of cases)
    it(`the expression ${source} evaluates to ${JSON.stringify(expected)}`, () =>
      assert.deepEqual(value(source), expected));
  for (const [source, expected] of errors)
    it(`an expression is an error: ${source || "an empty one"}`, () =>
      assert.throws(() => value(source), { message: expected }));
});
