import assert from "node:assert/strict";
import { killedAtOnce } from "../../harness/task-fixture.ts";
import { assertCleanedUp, fabricSource, runNotebooks } from "./fabric-notebooks.ts";

const sleeping = fabricSource("import time\ntime.sleep(120)");

/** By phase: the line of the log, or the request, at which it has begun. */
const phases = {
  "the creation of the notebooks": { request: /POST .*\/items$/ },
  "the start of the runs": { request: /POST .*\/jobs\/execute\/instances$/ },
  "the wait for capacity": { line: /waiting for capacity/, fabric: { concurrentJobs: 1 } },
  "the runs": { line: /^Notebook \w: InProgress/ },
} as const;

describe("FabricRunNotebook that is cancelled or killed", function () {
  this.timeout(120_000);

  for (const [phase, when] of Object.entries(phases))
    for (const how of ["cancelled", "killed"] as const)
      it(`leaves nothing behind if it is ${how} during ${phase}`, async () => {
        await using step = await runNotebooks(
          { "a.py": sleeping, "b.py": sleeping },
          "fabric" in when ? { fabric: when.fabric } : {},
        );
        const cancel = new AbortController();
        const seen = () => "request" in when && step.requests().some((each) => when.request.test(each));
        const result = await step.run({
          signal: cancel.signal,
          variables: { "System.Debug": "true" },
          ...(how === "killed" ? { cancelTimes: killedAtOnce } : {}),
          onLine: (line) => (("line" in when && when.line.test(line)) || seen()) && cancel.abort(),
        });
        assert.equal(result.result, "canceled", result.log);
        await assertCleanedUp(step, result);
      });
});
