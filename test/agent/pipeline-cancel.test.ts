import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runFixture } from "./run-fixture.ts";

const shortCancelTimes = { afterInterruptMs: 200, afterTerminateMs: 200 };

describe("pipelines that are cancelled", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Cancels or kills the run when its output contains a text. */
  async function cancelAt(text: string, yaml: string, kind: "signal" | "kill" = "signal") {
    const file = path.join(folder, "pipeline.yml");
    writeFileSync(file, yaml);
    const controllers = { signal: new AbortController(), kill: new AbortController() };
    const { record } = await runFixture(file, {
      signal: controllers.signal.signal,
      kill: controllers.kill.signal,
      cancelTimes: shortCancelTimes,
      onText: (all) => {
        if (!all.includes(text)) return;
        controllers.signal.abort();
        controllers[kind].abort();
      },
    });
    const steps = record.jobs.flatMap((job) =>
      job.steps.map((step) => `${step.displayName}: ${step.result}`),
    );
    return { result: record.result, steps, jobs: record.jobs.map((job) => `${job.name}: ${job.result}`) };
  }

  const steps = `
steps:
  - checkout: none
  - task: Stubborn@1
    displayName: Runs
  - script: echo no
    displayName: After
  - script: echo yes
    displayName: Always
    condition: always()
  - script: echo yes
    displayName: When cancelled
    condition: canceled()
  - script: echo no
    displayName: When failed
    condition: failed()
`;

  it("a cancelled pipeline stops the running step, and still runs always() and post-job steps", async () => {
    assert.deepEqual(await cancelAt("up ", steps), {
      result: "canceled",
      jobs: ["Job: canceled"],
      steps: [
        "Checkout none: succeeded",
        "Runs: canceled",
        "After: skipped",
        "Always: succeeded",
        "When cancelled: succeeded",
        "When failed: skipped",
        "Post-job: Runs: succeeded",
      ],
    });
  });

  it("a cancelled pipeline stays cancelled when a later step fails", async () => {
    const yaml = `
steps:
  - checkout: none
  - task: Stubborn@1
    displayName: Runs
  - script: exit 1
    displayName: Fails
    condition: always()
  - script: echo no
    displayName: When failed
    condition: failed()
  - script: echo no
    displayName: Succeeded or failed
    condition: succeededOrFailed()
  - script: echo yes
    displayName: When cancelled
    condition: canceled()
`;
    assert.deepEqual(await cancelAt("up ", yaml), {
      result: "canceled",
      jobs: ["Job: canceled"],
      steps: [
        "Checkout none: succeeded",
        "Runs: canceled",
        "Fails: failed",
        "When failed: skipped",
        "Succeeded or failed: skipped",
        "When cancelled: succeeded",
        "Post-job: Runs: succeeded",
      ],
    });
  });

  it("a cancelled pipeline does not stop a running always() step", async () => {
    const yaml =
      "steps:\n  - checkout: none\n  - bash: echo started; read -t 0.2 < <(:) ; echo ended\n    condition: always()\n    displayName: Cleans\n";
    assert.deepEqual((await cancelAt("started", yaml)).steps, [
      "Checkout none: succeeded",
      "Cleans: succeeded",
    ]);
  });

  it("a cancelled pipeline stops a script and the process that it waits for", async () => {
    const yaml = "steps:\n  - checkout: none\n  - bash: echo started; sleep 1000\n    displayName: Sleeps\n";
    assert.deepEqual((await cancelAt("started", yaml)).steps, [
      "Checkout none: succeeded",
      "Sleeps: canceled",
    ]);
  });

  // https://learn.microsoft.com/azure/devops/pipelines/process/conditions: a stage, job or step runs whenever its condition is met. What
  // starts after the cancel is not canceled itself, so that its own jobs and steps need no condition.
  it("a cancelled pipeline skips later stages and jobs, but runs always() ones with all of their jobs and steps", async () => {
    const yaml = `
stages:
  - stage: A
    jobs:
      - job: first
        steps: [{ checkout: none }, { task: Stubborn@1 }]
      - job: second
        dependsOn: first
        steps: [{ script: echo no }]
      - job: cleans
        dependsOn: first
        condition: always()
        steps: [{ checkout: none }]
  - stage: B
    jobs: [{ job: third, steps: [{ script: echo no }] }]
  - stage: C
    dependsOn: A
    condition: always()
    jobs:
      - { job: fourth, steps: [{ checkout: none }] }
      - { job: fifth, dependsOn: fourth, steps: [{ checkout: none }] }
      - { job: sixth, condition: not(canceled()), steps: [{ checkout: none }] }
`;
    const { jobs, result } = await cancelAt("up ", yaml);
    assert.equal(result, "canceled");
    assert.deepEqual(jobs, [
      "first: canceled",
      "second: skipped",
      "cleans: succeeded",
      "third: skipped",
      "fourth: succeeded",
      "fifth: succeeded",
      "sixth: skipped",
    ]);
  });

  it("a cancelled pipeline ends at once and runs no more steps when it is killed", async () => {
    assert.deepEqual(await cancelAt("up ", steps, "kill"), {
      result: "canceled",
      jobs: ["Job: canceled"],
      steps: ["Checkout none: succeeded", "Runs: canceled"],
    });
  });
});
