import assert from "node:assert/strict";
import { assertGolden } from "../../harness/golden.ts";
import { gate, minutesAgo, runWith, testRun } from "./gate-site.ts";

/** The log without what differs between runs of this test. */
function stable(log: string): string {
  return log
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "2026-11-21 10:00 UTC")
    .replace(/^##vso.*\n/gm, "")
    .replace(/^.*\[debug\].*\n/gm, "");
}

describe("NotebookCheckTestStatus", () => {
  it("passes if all scenarios of the newest test passed, and logs what it decided from", async () => {
    await using step = await gate([
      testRun(),
      runWith(
        { scenarios: [{ outcome: "failed" }], startedOn: minutesAgo(3000), finishedOn: minutesAgo(2999) },
        { id: 200, startTime: minutesAgo(3001), finishTime: minutesAgo(2998) },
      ),
    ]);
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables.TestStatus, "passed");
    assertGolden(import.meta.url, "passed.txt", stable(result.log));
  });
});
