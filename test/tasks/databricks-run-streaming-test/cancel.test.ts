import assert from "node:assert/strict";
import { killedAtOnce } from "../../harness/task-fixture.ts";
import {
  assertNothingLeft,
  cleaning,
  definition,
  inputsOf,
  python,
  streamingTest,
  validating,
} from "./streaming-test.ts";

/** By phase: the line of the log at which it has begun. Its notebook then runs longer than the test. */
const phases: Record<string, { line: RegExp; files: Record<string, string> }> = {
  "clean before": {
    line: /^clean before: RUNNING/,
    files: {
      "clean-slowly.py": python("import time\ntime.sleep(60)"),
      "streaming.yml": definition.replace("cleanBefore: clean", "cleanBefore: clean-slowly"),
    },
  },
  "the start of the job": { line: /^Created job/, files: {} },
  ready: {
    line: /^ready: not yet/,
    files: { "streaming.yml": definition.replace("expected: 0", "expected: 99") },
  },
  produce: {
    line: /^First line: produce: RUNNING/,
    files: { "produce.py": python("import time\ntime.sleep(60)") },
  },
  validate: {
    line: /^First line: validate: not yet/,
    files: { "streaming.yml": definition.replace("expected: 1", "expected: 99") },
  },
  "clean after": {
    line: /^clean after: RUNNING/,
    files: {
      "clean-once.py": python(
        'import time\nif not any(each.name == "cleaned" for each in dbutils.fs.ls("dbfs:/")):\n    dbutils.fs.put("dbfs:/cleaned", "x")\n    time.sleep(5)\ndbutils.fs.rm("dbfs:/cleaned")',
        cleaning.split("\n").slice(1).join("\n"),
      ),
      "streaming.yml": definition.replace("cleanAfter: clean", "cleanAfter: clean-once"),
    },
  },
};

describe("DatabricksRunStreamingTest that is cancelled or killed", function () {
  this.timeout(120_000);

  for (const [phase, { line, files }] of Object.entries(phases))
    for (const how of ["cancelled", "killed"] as const)
      it(`leaves nothing behind if it is ${how} during ${phase}, and cleans after the job`, async () => {
        await using step = await streamingTest({ files: { "validate.py": validating, ...files } });
        const cancel = new AbortController();
        const result = await step.run({
          ...inputsOf(step),
          signal: cancel.signal,
          ...(how === "killed" ? { cancelTimes: killedAtOnce } : {}),
          onLine: (text) => line.test(text) && cancel.abort(),
        });
        assert.equal(result.result, "canceled", result.log);
        const after = await assertNothingLeft(step, result);
        assert.match(after.log, /^clean after: succeeded after /m);
        const { files: left = [], error_code } = await step.askDatabricks<{
          files?: { path: string }[];
          error_code?: string;
        }>("GET", "/api/2.0/dbfs/list?path=/");
        assert.equal(error_code, undefined);
        assert.deepEqual(
          left.map(({ path }) => path),
          [],
        );
      });
});
