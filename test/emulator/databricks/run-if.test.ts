import assert from "node:assert/strict";
import { internalError, type Outcome } from "../../../local/emulator/databricks/jobs/outcome.ts";
import { readRunIf, skippedBy } from "../../../local/emulator/databricks/jobs/run-if.ts";

type ResultState = Outcome["resultState"];

describe("the condition under which a task runs", () => {
  const conditions = [
    "ALL_SUCCESS",
    "AT_LEAST_ONE_SUCCESS",
    "NONE_FAILED",
    "ALL_DONE",
    "AT_LEAST_ONE_FAILED",
    "ALL_FAILED",
  ];
  const [run, failed, canceled, excluded] = ["run", "UPSTREAM_FAILED", "UPSTREAM_CANCELED", "EXCLUDED"];
  const rows: [before: ResultState[], ...expected: (string | undefined)[]][] = [
    [["SUCCESS", "SUCCESS"], run, run, run, run, excluded, excluded],
    [["SUCCESS", "FAILED"], failed, run, failed, run, run, excluded],
    [["FAILED", "FAILED"], failed, failed, failed, run, run, run],
    [["SUCCESS", "TIMEDOUT"], failed, run, failed, run, run, excluded],
    [["SUCCESS", "CANCELED"], canceled, run, canceled, run, run, excluded],
    [["UPSTREAM_CANCELED", "FAILED"], canceled, canceled, canceled, run, run, run],
    [["UPSTREAM_FAILED", "UPSTREAM_FAILED"], failed, failed, failed, run, run, run],
    [["SUCCESS", "EXCLUDED"], excluded, run, run, run, excluded, excluded],
    [["FAILED", "EXCLUDED"], failed, failed, failed, run, run, excluded],
    [["EXCLUDED", "EXCLUDED"], excluded, excluded, excluded, excluded, excluded, excluded],
    [["EXCLUDED", "DISABLED"], excluded, excluded, excluded, excluded, excluded, excluded],
    [[], run, run, run, run, run, run],
  ];
  for (const [before, ...expected] of rows) {
    it(`the condition under which a task runs decides what becomes of it after ${before.join(" and ") || "nothing"}`, () => {
      const outcomes = before.map((resultState) => ({
        ...internalError("", "CLIENT_ERROR", ""),
        resultState,
      }));
      const decided = conditions.map((name) => skippedBy(readRunIf(name), outcomes)?.resultState ?? run);
      assert.deepEqual(decided, expected);
    });
  }
});
