import type { TestCase } from "../../results/test-case.ts";
import type { TestOutcome } from "../../results/test-outcome.ts";
import { collectionName } from "./recorded-cases.ts";

/**
 * How results.xml contradicts what was recorded, as the end of a sentence; undefined if the two agree. Tests are compared by the names that
 * pytest gives them in JUnit. A project may give them others (`record_xml_attribute`), in which case the numbers of outcomes are compared.
 */
export function contradiction(recorded: readonly TestCase[], junit: readonly TestCase[]): string | undefined {
  const ours = outcomes(recorded, junitName);
  const theirs = outcomes(junit, ({ className, name }) => `${className}.${name}`);
  const named = [...theirs].every(([name]) => ours.has(name)) && ours.size === theirs.size;
  if (named) {
    for (const [name, outcome] of ours)
      if (theirs.get(name) !== outcome)
        return `results.xml says that ${name} ${verbs[theirs.get(name)!]}, and events.jsonl that it ${verbs[outcome]}`;
    return undefined;
  }
  for (const outcome of ["failed", "skipped", "passed"] as const) {
    const [mine, other] = [count(ours, outcome), count(theirs, outcome)];
    if (mine !== other) return `results.xml has ${tests(other, outcome)}, and events.jsonl ${mine}`;
  }
  return undefined;
}

const verbs: Record<TestOutcome, string> = { passed: "passed", failed: "failed", skipped: "was skipped" };

/** https://docs.pytest.org/en/stable/reference/reference.html: `mangle_test_address` in src/_pytest/junitxml.py */
function junitName({ className, name }: TestCase): string {
  if (name === collectionName) return `.${moduleOf(className)}`;
  const bracket = name.indexOf("[");
  const functions = bracket < 0 ? name : name.slice(0, bracket);
  return `${moduleOf(className)}.${functions.replaceAll("::", ".")}${bracket < 0 ? "" : name.slice(bracket)}`;
}

function moduleOf(file: string): string {
  return file.replace(/\.py$/, "").replaceAll("/", ".");
}

/** The worst outcome of each name: a test whose call and teardown fail is in JUnit twice. */
function outcomes(
  cases: readonly TestCase[],
  nameOf: (testCase: TestCase) => string,
): Map<string, TestOutcome> {
  const worst = new Map<string, TestOutcome>();
  const order: TestOutcome[] = ["passed", "skipped", "failed"];
  for (const testCase of cases) {
    const name = nameOf(testCase);
    const known = worst.get(name);
    if (known === undefined || order.indexOf(testCase.outcome) > order.indexOf(known))
      worst.set(name, testCase.outcome);
  }
  return worst;
}

function count(all: Map<string, TestOutcome>, outcome: TestOutcome): number {
  return [...all.values()].filter((each) => each === outcome).length;
}

function tests(number: number, outcome: TestOutcome): string {
  if (number === 1) return `1 test that ${verbs[outcome]}`;
  return `${number} tests that ${outcome === "skipped" ? "were skipped" : verbs[outcome]}`;
}
