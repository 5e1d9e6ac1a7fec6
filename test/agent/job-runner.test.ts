import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { holdTimers } from "../harness/timers.ts";
import { runFixture } from "./run-fixture.ts";

const minuteMs = 60_000;

describe("jobs on the local agent", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function run(yaml: string, options: Parameters<typeof runFixture>[1] = {}) {
    const file = path.join(folder, "pipeline.yml");
    writeFileSync(file, yaml);
    const { record, text } = await runFixture(file, {
      cancelTimes: { afterInterruptMs: 200, afterTerminateMs: 200 },
      ...options,
    });
    const steps = record.jobs.flatMap((job) =>
      job.steps.map((step) => `${step.displayName}: ${step.result}`),
    );
    return {
      result: record.result,
      jobs: record.jobs.map((job) => `${job.name}: ${job.result}`),
      steps,
      text,
    };
  }
  /** A step that prints `up` when it has started, and runs until it is stopped. */
  const endless = (name: string, more = "") =>
    `      - task: Stubborn@1\n        displayName: ${name}\n${more}`;
  const jobs = (more: string, steps: string) =>
    `jobs:\n  - job: a\n${more}    steps:\n      - checkout: none\n${steps}`;

  it("a job is cancelled with an error when its timeoutInMinutes has passed", async () => {
    using timers = holdTimers((delayMs) => delayMs === 7 * minuteMs);
    const { jobs: results, text } = await run(jobs("    timeoutInMinutes: 7\n", endless("Runs")), {
      onText: (all) => {
        if (all.includes("up ")) timers.advance(7 * minuteMs);
      },
    });
    assert.deepEqual(results, ["a: canceled"]);
    assert.match(text, /error: The job a ran longer than its maximum time of 7 minutes\./);
  });

  for (const [what, more, minutes] of [
    ["five minutes", "", 5],
    ["the minutes of cancelTimeoutInMinutes", "    cancelTimeoutInMinutes: 3\n", 3],
  ] as const)
    it(`a job stops its always() steps and runs no others when ${what} have passed since the cancel`, async () => {
      using timers = holdTimers((delayMs) => delayMs === minutes * minuteMs);
      const cancel = new AbortController();
      const always = "        condition: always()\n";
      const { result, steps } = await run(
        jobs(more, endless("Runs", always) + endless("Never runs", always)),
        {
          signal: cancel.signal,
          onText: (all) => {
            if (!all.includes("up ") || cancel.signal.aborted) return;
            cancel.abort();
            timers.advance(minutes * minuteMs);
          },
        },
      );
      assert.equal(result, "canceled");
      assert.deepEqual(steps, ["Checkout none: succeeded", "Runs: canceled"]);
    });

  it("a job retries a failed step up to retryCountOnTaskFailure times, until it succeeds", async () => {
    const script = `if test -f ${folder}/tried; then echo second; else touch ${folder}/tried; exit 1; fi`;
    const { steps, text } = await run(
      jobs("", `      - script: ${script}\n        displayName: Tries\n        retryCountOnTaskFailure: 1\n`),
    );
    assert.deepEqual(steps, ["Checkout none: succeeded", "Tries: succeeded"]);
    assert.match(text, /Retrying in \d s, attempt 1 of 1/);
  });

  it("a job retries a failed step at most retryCountOnTaskFailure times", async () => {
    const script = `echo x >> ${folder}/tries; exit 1`;
    const { steps } = await run(
      jobs("", `      - script: ${script}\n        displayName: Tries\n        retryCountOnTaskFailure: 1\n`),
    );
    assert.deepEqual(steps.at(-1), "Tries: failed");
    const tries = await run(
      jobs("", `      - script: wc -l < ${folder}/tries\n        displayName: Count\n`),
    );
    assert.match(tries.text, /^ {3}2$/m);
  });

  it("a job succeeds with issues if it fails with continueOnError, and later jobs run", async () => {
    const { result, jobs: results } = await run(`
jobs:
  - job: a
    continueOnError: true
    steps: [{ checkout: none }, { script: exit 1 }]
  - job: b
    dependsOn: a
    steps: [{ checkout: none }]
`);
    assert.equal(result, "succeeded");
    assert.deepEqual(results, ["a: succeededWithIssues", "b: succeeded"]);
  });

  it("a job stays cancelled although it has continueOnError", async () => {
    const cancel = new AbortController();
    const { jobs: results } = await run(jobs("    continueOnError: true\n", endless("Runs")), {
      signal: cancel.signal,
      onText: (all) => all.includes("up ") && cancel.abort(),
    });
    assert.deepEqual(results, ["a: canceled"]);
  });

  it("a job fails at a step whose condition cannot be evaluated, and then runs only steps that run after a failure", async () => {
    const { result, steps, text } = await run(
      jobs(
        "",
        "      - script: echo no\n        displayName: Compares\n        condition: gt(1, 'one')\n      - script: echo no\n        displayName: After\n      - script: echo yes\n        displayName: Always\n        condition: always()\n",
      ),
    );
    assert.equal(result, "failed");
    assert.deepEqual(steps.slice(1), ["Compares: failed", "After: skipped", "Always: succeeded"]);
    assert.match(
      text,
      /error: Could not evaluate the condition of CmdLine: unable to convert from String to Number, value: 'one'/,
    );
  });

  it("a job does not run the post-job stage of a disabled step", async () => {
    const { steps } = await run(
      jobs(
        "",
        "      - task: Stages@1\n        displayName: Off\n        enabled: false\n        inputs: { needed: x }\n",
      ),
    );
    assert.deepEqual(steps, ["Checkout none: succeeded"]);
  });
});
