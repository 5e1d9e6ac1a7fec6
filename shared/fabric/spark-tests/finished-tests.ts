import type { FinishedRun } from "../../results/finished-run.ts";
import { TestBudget } from "../../results/test-budget.ts";
import type { TestCase } from "../../results/test-case.ts";
import type { TaskHost } from "../../task/host.ts";
import { maskTexts, shortestInDocument } from "../../task/secret-mask.ts";
import { clause } from "../../text/could-not.ts";
import type { JudgedRun } from "./judge-run.ts";

const maxTrace = 16_000;

/** The result of a run of Spark tests in the form in which all tasks report theirs: one run, with the tests as its cases. */
export function finishedTests(
  { secrets }: Pick<TaskHost, "secrets">,
  judged: JudgedRun,
  run: { name: string; id: string; url: string; startedOn: Date; durationMs: number; log?: string },
): FinishedRun {
  const { name, id, url, startedOn, durationMs, log } = run;
  const mask = (text: string) => secrets.mask(text, { shortest: shortestInDocument });
  const cases = judged.cases.map((each) => ({ ...each, suite: suiteOf(name, each) }));
  // Secrets are masked before texts are cut, since a part of one is not recognised.
  const reading = new TestBudget().take(maskTexts({ kind: "cases", cases }, mask));
  const problem = reading.kind === "unreadable" ? clause(reading.problem) : undefined;
  const state = problem === undefined ? judged.state : "failed";
  const reason = problem ?? judged.reason;
  // What pytest printed explains a failure that no test has.
  const hasTraces = cases.some(({ trace }) => trace !== undefined);
  return {
    state,
    runId: id,
    result: {
      name,
      outcome: state === "succeeded" ? "passed" : state === "failed" ? "failed" : "skipped",
      startedOn,
      durationSeconds: durationMs / 1000,
      ...(reason ? { message: mask(reason) } : {}),
      ...(log && state === "failed" && !hasTraces ? { trace: mask(log).slice(-maxTrace) } : {}),
      url,
      cases: reading.kind === "cases" ? reading.cases.map((each) => ({ url, ...each })) : [],
    },
  };
}

/** Cases of results.xml name their own suites. */
function suiteOf(run: string, { suite = [], className }: TestCase): string[] {
  return [run, ...(suite.length > 0 ? suite : [className])];
}
