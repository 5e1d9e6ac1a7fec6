import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isGone, until } from "../../harness/processes.ts";
import { killedAtOnce } from "../../harness/task-fixture.ts";
import { exits, leftovers, nothingLeft, runNotebook, sleeps } from "./run-notebook.ts";

const containerHandler = path.resolve(import.meta.dirname, "../../harness/container-handler.mjs");

describe("DatabricksRunNotebook in a container job that is cancelled", function () {
  this.timeout(120_000);

  it("starts no notebook any more once the post-job step has begun, although its main stage lives on", async () => {
    await using step = await runNotebook({ "a.py": sleeps, "b.py": exits('"1"') });
    const outputFile = path.join(step.tempFolder, "container-output");
    const pidFile = path.join(step.tempFolder, "container-pid");
    const cancel = new AbortController();
    const result = await step.run({
      inputs: { maxConcurrency: "1" },
      environment: {
        NODE_OPTIONS: `--import=${containerHandler}`,
        CONTAINER_OUTPUT: outputFile,
        CONTAINER_PID_FILE: pidFile,
      },
      signal: cancel.signal,
      cancelTimes: killedAtOnce,
      onLine: (line) => /Notebook a: RUNNING/.test(line) && cancel.abort(),
    });
    assert.equal(result.result, "canceled", result.log);
    const mainPid = Number(await readFile(pidFile, "utf8"));
    try {
      assert.equal(isGone(mainPid), false);
      const after = await step.cleanUp(result);
      assert.equal(after.result, "succeeded", after.log);
      await until(() => isGone(mainPid));
      assert.equal(step.requests(/runs\/submit$/).length, 1);
      assert.match(
        await readFile(outputFile, "utf8"),
        /Could not create anything more in this step: its post-job step has begun, because the job was cancelled; /,
      );
      assert.deepEqual(leftovers(step), nothingLeft);
    } finally {
      if (!isGone(mainPid)) process.kill(mainPid, "SIGKILL");
    }
  });
});
