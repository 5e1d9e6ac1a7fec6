import { oneLine } from "../text/plain-text.ts";
import { localName } from "./junit-attributes.ts";
import type { TestOutcome } from "./test-outcome.ts";

/*
 * How producers of JUnit state the outcome of a case other than by <failure>, <error> and <skipped>. Only what is listed here counts as
 * passed or skipped; everything else fails the case.
 */

/** Values of `status`, `result`, `outcome` and `state` in lower case without spaces, `-` and `_`, and the tools that write them. */
const knownStates: Record<string, TestOutcome> = {
  passed: "passed", // Ginkgo, behave, Katalon
  pass: "passed", // Qt Test
  success: "passed", // NUnit 2, Maestro
  successful: "passed", // the JUnit Platform's own word
  succeeded: "passed", // Azure Pipelines' own word
  ok: "passed", // TAP converted to JUnit
  run: "passed", // GoogleTest, CTest, Catch2, doctest, Bazel: the case ran, and an element says if it failed
  completed: "passed", // GoogleTest, Bazel: likewise
  skipped: "skipped", // GoogleTest, Bazel, Ginkgo, behave, Katalon
  skip: "skipped", // Qt Test
  disabled: "skipped", // CTest
  notrun: "skipped", // GoogleTest, CTest
  suppressed: "skipped", // GoogleTest, Bazel
  filtered: "skipped", // Bazel
  ignored: "skipped", // NUnit 2, Tradefed
  assumptionfailure: "skipped", // Tradefed
  notexecuted: "skipped", // TRX converted to JUnit
  inconclusive: "skipped", // NUnit, TRX
  pending: "skipped", // Ginkgo, Cucumber
  untested: "skipped", // behave
  todo: "skipped", // node:test, TAP
  xfail: "skipped", // Qt Test: failed as expected, which pytest calls skipped
};
const knownFailures = new Set(["failed", "failure", "fail", "error", "broken"]);
const stateNames = new Set(["status", "result", "outcome", "state"]);
const statingNames = new Set([...stateNames, "success", "passed", "executed"]);

export interface StatedOutcome {
  outcome: TestOutcome;
  /** Why the case failed, in a sentence. */
  message?: string;
}

/** The worst outcome that the attributes of a case or suite state; passed if they state none. Elements within it may state a worse one. */
export function statedOutcome(attributes: Record<string, string>): StatedOutcome {
  let stated: StatedOutcome = { outcome: "passed" };
  for (const written in attributes) {
    const name = localName(written);
    const value = attributes[written]!;
    if (!statingNames.has(name) || value.trim() === "") continue;
    const outcome = outcomeOf(name, value);
    if (outcome === "failed" || outcome === "unknown")
      return { outcome: "failed", message: reason(name, value, outcome) };
    if (outcome === "skipped") stated = { outcome };
  }
  return stated;
}

function outcomeOf(name: string, value: string): TestOutcome | "unknown" {
  const word = value.replace(/[\s_-]/g, "").toLowerCase();
  if (stateNames.has(name))
    return knownFailures.has(word)
      ? "failed"
      : (Object.hasOwn(knownStates, word) && knownStates[word]) || "unknown";
  // NUnit 2: executed="True" result="Success" success="True"
  if (name === "success" || name === "passed") return isTrue(word) ? "passed" : "failed";
  return isTrue(word) ? "passed" : "skipped"; // executed
}

function isTrue(word: string): boolean {
  return word === "true" || word === "yes" || word === "1";
}

function reason(name: string, value: string, outcome: "failed" | "unknown"): string {
  const stated = `The results give ${name}="${oneLine(value, 60)}"`;
  return outcome === "failed" ? `${stated}.` : `${stated}, which is not a known success.`;
}

/** What an element directly within a case or suite says about its outcome. */
type ElementMeaning = "failure" | "failedAttempt" | "skip" | "none" | "unknown";

const meanings: Record<string, ElementMeaning> = {
  failure: "failure",
  error: "failure",
  // Surefire and cargo-nextest: earlier attempts. Only the last one counts.
  rerunfailure: "failedAttempt",
  rerunerror: "failedAttempt",
  flakyfailure: "failedAttempt",
  flakyerror: "failedAttempt",
  skipped: "skip",
  skip: "skip",
  ignored: "skip",
  disabled: "skip",
  pending: "skip",
  todo: "skip",
};
/** Elements that describe a case or contain its output, in JUnit itself, xUnit.net, NUnit, TestNG, Xray and Testmo. */
const descriptions = new Set(
  `testsuites testsuite testcase properties property system-out system-err stdout stderr output log logs reporter-output attachments
  attachment description url tags tag traits trait categories category annotations annotation metadata requirements requirement
  assertions passed success`.split(/\s+/),
);

/** @param name in lower case, without prefix */
export function elementMeaning(name: string): ElementMeaning {
  if (Object.hasOwn(meanings, name)) return meanings[name]!;
  return descriptions.has(name) ? "none" : "unknown";
}
