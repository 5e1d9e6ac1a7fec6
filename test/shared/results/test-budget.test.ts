import assert from "node:assert/strict";
import type { ExitValueReading } from "../../../shared/results/exit-value.ts";
import { TestBudget } from "../../../shared/results/test-budget.ts";
import type { TestCase } from "../../../shared/results/test-case.ts";

const testCase = (more: Partial<TestCase> = {}): TestCase => ({
  name: "n",
  className: "",
  outcome: "passed",
  durationSeconds: 1,
  ...more,
});
const reading = (...cases: TestCase[]): ExitValueReading => ({ kind: "cases", cases });
const many = (count: number) => reading(...Array.from({ length: count }, () => testCase()));
const refusal = (count: number): ExitValueReading => ({
  kind: "unreadable",
  problem: `Could not take the ${count === 1 ? "1 test" : `${count} tests`} that the notebook reports: with them the step would have more than 5000 tests or 4 MB of text; report fewer tests, or run the notebooks in several steps.`,
});
/** A test case of this many characters, all in its name: a name is the one text that is never cut. */
const named = (characters: number, more: Partial<TestCase> = {}) =>
  testCase({ ...more, name: "n".repeat(characters) });

describe("the budget of tests that the notebooks of a step may report", () => {
  it("the test budget accepts 5,000 tests and refuses one more", () => {
    assert.deepEqual(new TestBudget().take(many(5_000)), many(5_000));
    assert.deepEqual(new TestBudget().take(many(5_001)), refusal(5_001));
  });

  it("the test budget accepts 5,000 tests of all notebooks together", () => {
    const budget = new TestBudget();
    assert.deepEqual(budget.take(many(2_999)), many(2_999));
    assert.deepEqual(budget.take(many(2_001)), many(2_001));
    assert.deepEqual(budget.take(many(1)), refusal(1));
  });

  it("the test budget accepts 4,000,000 characters and refuses one more", () => {
    assert.equal(new TestBudget().take(reading(named(4_000_000))).kind, "cases");
    assert.deepEqual(new TestBudget().take(reading(named(4_000_001))), refusal(1));
  });

  it("the test budget accepts 4,000,000 characters of all notebooks together", () => {
    const budget = new TestBudget();
    assert.equal(budget.take(reading(named(1_999_999), named(1))).kind, "cases");
    assert.equal(budget.take(reading(named(2_000_000))).kind, "cases");
    assert.deepEqual(budget.take(reading(named(1))), refusal(1));
  });

  it("the test budget stays used up after it has refused tests", () => {
    const budget = new TestBudget();
    budget.take(many(5_001));
    assert.deepEqual(budget.take(many(1)), refusal(1));
  });

  const tenCharacters: Record<string, Partial<TestCase>> = {
    "class name": { className: "0123456789" },
    suites: { suite: ["01234", "56789"] },
    file: { file: "0123456789" },
    message: { message: "0123456789" },
    trace: { trace: "0123456789" },
    "source of the failing cell": { failingCell: { number: 1, language: "sql", source: "0123456" } },
    output: { output: "0123456789" },
    address: { url: "0123456789" },
    "failed attempts": { failedAttempts: [{ message: "012" }, { message: "34", trace: "56789" }] },
    "properties, names and values": { properties: { "012": "3456", "78": "9" } },
  };
  for (const [text, more] of Object.entries(tenCharacters))
    it(`the test budget counts the ${text} of a test`, () => {
      assert.equal(new TestBudget().take(reading(named(3_999_990, more))).kind, "cases");
      assert.equal(new TestBudget().take(reading(named(3_999_991, more))).kind, "unreadable");
    });

  const cut = (limit: number, length: number) =>
    `${"a".repeat(limit / 2)}\n… ${length - limit} characters left out …\n${"z".repeat(limit / 2)}`;
  const long = (limit: number, more = 0) =>
    `${"a".repeat(limit / 2)}${"-".repeat(more)}${"z".repeat(limit / 2)}`;

  for (const [part, limit] of [
    ["message", 4_000],
    ["trace", 16_000],
    ["output", 4_000],
  ] as const)
    it(`the test budget keeps the ${part} of a test whole up to ${limit} characters, and start and end of a longer one`, () => {
      const whole = testCase({ [part]: long(limit) });
      assert.deepEqual(new TestBudget().take(reading(whole)), reading(whole));
      for (const more of [1, 7]) {
        const longer = testCase({ [part]: long(limit, more) });
        const shorter = testCase({ [part]: cut(limit, limit + more) });
        assert.deepEqual(new TestBudget().take(reading(longer)), reading(shorter));
        assert.equal(longer[part], long(limit, more));
      }
    });

  for (const [part, limit] of [
    ["message", 4_000],
    ["trace", 16_000],
  ] as const)
    it(`the test budget keeps the ${part} of a failed attempt whole up to ${limit} characters, and start and end of a longer one`, () => {
      const attempts = (text: string) =>
        reading(testCase({ failedAttempts: [{ message: "first" }, { message: "second", [part]: text }] }));
      assert.deepEqual(new TestBudget().take(attempts(long(limit))), attempts(long(limit)));
      assert.deepEqual(new TestBudget().take(attempts(long(limit, 1))), attempts(cut(limit, limit + 1)));
    });

  it("the test budget counts texts after it has cut the long ones", () => {
    const trace = "x".repeat(4_000_001);
    assert.equal(new TestBudget().take(reading(testCase({ trace }))).kind, "cases");
  });

  it("the test budget returns a reading without tests unchanged and does not count it", () => {
    const budget = new TestBudget();
    const others: ExitValueReading[] = [
      { kind: "none" },
      { kind: "unreadable", problem: "x".repeat(5_000_000) },
      { kind: "download", path: "/Volumes/a/b/c/results.xml" },
    ];
    for (const other of others) assert.equal(budget.take(other), other);
    assert.equal(budget.take(reading(named(4_000_000))).kind, "cases");
  });
});
