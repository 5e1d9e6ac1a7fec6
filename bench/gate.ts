/**
 * Measures how long NotebookCheckTestStatus takes, and how many requests it sends to decide, in a project with 10,000 pipeline runs whose
 * Azure DevOps delays each answer by 50 ms. Run: npm run bench -- gate
 * The limits of the design are 2 s and 6 requests. The time counts from the start of the task's process to its end, with the report for
 * sign-off, whose requests come after the decision.
 */
import { runTask, taskFolder } from "../test/harness/run-task.ts";
import { startBuild, startWorkspace, type TestWorkspace } from "../test/harness/workspace.ts";
import {
  decidingRequests,
  digest,
  minutesAgo,
  record,
  tag,
  testRun,
} from "../test/tasks/notebook-check-test-status/gate-site.ts";
import { median, report, seconds } from "./measure.ts";

const runCount = 10_000;
const addedLatencyMs = 50;
const rounds = 7;
const limits = { seconds: 2, requests: 6 };

/** A run of twenty minutes begins every ten minutes. The newest two, which are at once, and some of the others are of this version. */
const builds = Array.from({ length: runCount }, (_, index) => {
  const id = index + 1_000;
  const minutes = (runCount - index) * 10;
  const isTested = index >= runCount - 2 || index % 1_000 === 0;
  return testRun({
    id,
    startTime: minutesAgo(minutes + 65),
    finishTime: minutesAgo(minutes + 45),
    tags: [isTested ? tag : `notebook-ops.test-status_qa_weather_1.1.${index}`],
    attachments: isTested
      ? [
          {
            type: "notebook-ops.test-status",
            name: "notebooks-1.json",
            content: record({
              run: { buildId: String(id) },
              startedOn: minutesAgo(minutes + 60),
              finishedOn: minutesAgo(minutes + 50),
              scenarios: Array.from({ length: 100 }, () => ({})),
            }),
          },
        ]
      : [],
  });
});

await using workspace = await startWorkspace({ latencyMs: addedLatencyMs, devops: { builds } });
const variables = {
  ...startBuild(workspace),
  "System.CollectionUri": `${workspace.emulator.azureDevOps.collectionUrl}/`,
};
await taskFolder("NotebookCheckTestStatus"); // built before the clock starts
for (const [title, inputs] of [
  ["12 runs of this version, the newest 2 at once", {}],
  ["a version that was never tested", { packageVersion: "9.9.9" }],
] as const) {
  const measured = [];
  for (let round = 0; round < rounds; round++) measured.push(await decide(workspace, inputs));
  const tookMs = median(measured.map((each) => each.tookMs));
  const requests = Math.max(...measured.map((each) => each.requests));
  const forReport = Math.max(...measured.map((each) => each.forReport));
  report(title, seconds(tookMs), `under ${limits.seconds} s`);
  report("  requests to decide", String(requests), `at most ${limits.requests}`);
  report("  requests for the report", String(forReport), "");
  if (tookMs > limits.seconds * 1000 || requests > limits.requests) process.exitCode = 1;
}

async function decide(workspace: TestWorkspace, inputs: Record<string, string>) {
  const count = () => [workspace.emulator.requests().length, decidingRequests(workspace).length] as const;
  const [allBefore, decidingBefore] = count();
  const start = performance.now();
  const { exitCode, log } = await runTask({
    task: "NotebookCheckTestStatus",
    workspace,
    variables,
    inputs: {
      environment: "qa",
      packageName: "weather",
      packageVersion: "1.2.0",
      artifactDigest: digest,
      ...inputs,
    },
  });
  const tookMs = performance.now() - start;
  if (exitCode !== 0 || !/^The gate is /m.test(log)) throw new Error(`The gate did not decide:\n${log}`);
  const [all, deciding] = count();
  const requests = deciding - decidingBefore;
  return { tookMs, requests, forReport: all - allBefore - requests };
}
