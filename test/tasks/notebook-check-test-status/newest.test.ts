import assert from "node:assert/strict";
import type { EarlierBuild } from "../../../local/emulator/azure-devops/config.ts";
import { errors } from "../../harness/run-task.ts";
import {
  attached,
  decidingRequests,
  gate,
  minutesAgo,
  otherPipeline,
  record,
  runWith,
  tag,
  testRun,
} from "./gate-site.ts";

const failed = { scenarios: [{ outcome: "failed" as const }] };
/** A run that tested weather 1.2.0 in these minutes before now, and ran only as long. */
const tested = (
  id: number,
  [from, to]: [number, number],
  fields: Parameters<typeof record>[0] = {},
): EarlierBuild =>
  runWith(
    { startedOn: minutesAgo(from), finishedOn: minutesAgo(to), ...fields },
    { id, startTime: minutesAgo(from), finishTime: minutesAgo(to) },
  );
const inputs = { trustedPipelines: `*` };

async function decide(builds: EarlierBuild[], changes: Parameters<typeof gate>[1] = {}) {
  await using step = await gate(builds, { inputs, ...changes });
  const result = await step.run();
  const requests = decidingRequests(step.workspace);
  return { log: result.log, status: result.variables.TestStatus, message: errors(result)[0] ?? "", requests };
}

describe("NotebookCheckTestStatus, the newest tests", () => {
  it("passes if a failed test was repeated and passed", async () => {
    const { status, log } = await decide([tested(300, [60, 50], failed), tested(301, [30, 20])]);
    assert.equal(status, "passed", log);
  });

  it("fails if a test that had passed was repeated and failed", async () => {
    const { status, message } = await decide([tested(300, [60, 50]), tested(301, [30, 20], failed)]);
    assert.equal(status, "failed");
    assert.match(message, /1 of 1 scenario failed/);
  });

  it("passes right after a repeated test if its run began when the failed one had ended, by the server's clock", async () => {
    const { status, log } = await decide([tested(300, [9, 8], failed), tested(301, [7, 6])]);
    assert.equal(status, "passed", log);
  });

  it("fails if one of two pipelines that tested the version at once failed, whichever began first", async () => {
    for (const [first, second] of [
      [failed, {}],
      [{}, failed],
    ] as const) {
      const runs = [
        tested(300, [60, 40], first),
        { ...tested(301, [50, 30], second), definition: otherPipeline },
      ];
      const { status, message } = await decide(runs);
      assert.equal(status, "failed");
      const id = first === failed ? 300 : 301;
      assert.match(message, new RegExp(`1 of 1 scenario failed .* in run 20261121\\.${id} \\(${id}\\)`));
    }
  });

  it("names the run of each rule if two pipelines that tested the version at once passed", async () => {
    const { status, log } = await decide([
      tested(300, [60, 40]),
      { ...tested(301, [50, 30]), definition: otherPipeline },
    ]);
    assert.equal(status, "passed", log);
    assert.match(
      log,
      /3 scenarios in run 20261121\.301 \(301\), and 3 scenarios in run 20261121\.300 \(300\)/,
    );
  });

  it("fails if one of two jobs of a run failed", async () => {
    const [one, two] = [record(), record({ ...failed, startedOn: minutesAgo(59) })];
    const { status } = await decide([
      testRun({ attachments: [attached(one), attached(two, "notebooks-2.json")] }),
    ]);
    assert.equal(status, "failed");
  });

  it("passes if a later attempt of the same run repeated the failed scenarios", async () => {
    const attempts = [
      record({ scenarios: [{}, { outcome: "failed" }] }),
      record({
        scenarios: [{ name: "tests/scenario-2" }],
        startedOn: minutesAgo(49),
        finishedOn: minutesAgo(48),
      }),
    ];
    const attachments = attempts.map((each, index) => attached(each, `notebooks-${index}.json`));
    const { status, log } = await decide([testRun({ attachments })]);
    assert.equal(status, "passed", log);
  });

  it("finds the tests of an old run whose stage was run again after a newer run had failed", async () => {
    const again = record({ startedOn: minutesAgo(30), finishedOn: minutesAgo(20) });
    const { status, log } = await decide([
      testRun({ startTime: minutesAgo(200), finishTime: minutesAgo(20), attachments: [attached(again)] }),
      tested(301, [60, 50], failed),
    ]);
    assert.equal(status, "passed", log);
  });

  it("does not forget that a newer run failed if an old run was run again in part", async () => {
    const attempts = [
      record({ startedOn: minutesAgo(190), finishedOn: minutesAgo(180) }),
      record({ scenarios: [{}], startedOn: minutesAgo(30), finishedOn: minutesAgo(20) }),
    ].map((each, index) => attached(each, `notebooks-${index}.json`));
    const { status } = await decide([
      testRun({ startTime: minutesAgo(200), finishTime: minutesAgo(20), attachments: attempts }),
      tested(301, [60, 50], failed),
    ]);
    assert.equal(status, "failed");
  });

  it("reads the run that it belongs to, which has not finished", async () => {
    await using step = await gate([tested(300, [60, 50], failed)]);
    const { builds } = step.workspace.emulator.azureDevOps;
    const own = builds.get("345");
    const now = new Date().toISOString();
    builds.addTag(own, tag);
    builds.attach(own, {
      ...{ timelineId: "t", recordId: "r", type: "notebook-ops.test-status", name: "notebooks-1.json" },
      content: Buffer.from(
        JSON.stringify(record({ run: { buildId: "345" }, startedOn: now, finishedOn: now })),
      ),
    });
    const result = await step.run();
    assert.equal(result.variables.TestStatus, "passed", result.log);
  });

  it("asks for three answers only if an older run had ended before the newest tests", async () => {
    const { requests } = await decide([tested(300, [60, 50]), tested(301, [30, 20])]);
    assert.equal(requests.length, 3, requests.join("\n"));
  });

  it("decides by the newest of more than 1,000 runs with the tag, whichever was queued last", async () => {
    const first = 10_000;
    const old = Array.from({ length: 1_500 }, (_, index) =>
      tested(index + 1_000, [first - index * 5, first - index * 5 - 1]),
    );
    // Queued before all others, and finished last.
    const newest = {
      ...testRun({
        id: 300,
        queueTime: minutesAgo(first + 60),
        startTime: minutesAgo(50),
        finishTime: minutesAgo(30),
      }),
      attachments: [attached(record({ ...failed, startedOn: minutesAgo(45), finishedOn: minutesAgo(40) }))],
    };
    const { status, message, requests } = await decide([...old, newest]);
    assert.equal(status, "failed");
    assert.match(message, /1 of 1 scenario failed/);
    assert.equal(requests.length, 4, "two pages of runs, the attachments of one, and its record");
  });

  it("does not decide if more runs tested the version at once than it reads", async () => {
    const runs = Array.from({ length: 51 }, (_, index) => tested(300 + index, [60, 50]));
    const { status, message } = await decide(runs);
    assert.equal(status, "failed");
    assert.match(message, /more than 50 pipeline runs tested weather 1\.2\.0 at once; wait until/);
  });
});

describe("NotebookCheckTestStatus and clocks that differ", () => {
  /** A record of run 300, whose run went from 65 to 45 minutes ago, with a clock that is so many minutes ahead. */
  const ahead = (minutes: number) =>
    runWith({ startedOn: minutesAgo(65 - minutes), finishedOn: minutesAgo(45 - minutes) });

  for (const minutes of [-9.5, 9.5])
    it(`accepts a record by a clock that is ${Math.abs(minutes)} minutes ${minutes < 0 ? "behind" : "ahead"}`, async () => {
      const { status, log } = await decide([ahead(minutes)]);
      assert.equal(status, "passed", log);
    });

  it("refuses a record that begins more than 10 minutes before its run", async () => {
    const { message } = await decide([ahead(-10.5)]);
    assert.match(message, /has a test status whose times, .*, are more than 10 minutes before it began;/);
  });

  it("refuses a record that ends more than 10 minutes after its run", async () => {
    const { message } = await decide([ahead(10.5)]);
    assert.match(message, /has a test status whose times, .*, are more than 10 minutes after it finished;/);
  });

  it("refuses a record from the future in a run that has not finished", async () => {
    await using step = await gate([]);
    const { builds } = step.workspace.emulator.azureDevOps;
    const own = builds.get("345");
    builds.addTag(own, tag);
    const future = record({ run: { buildId: "345" }, startedOn: own.startedOn, finishedOn: minutesAgo(-11) });
    builds.attach(own, {
      ...{ timelineId: "t", recordId: "r", type: "notebook-ops.test-status", name: "notebooks-1.json" },
      content: Buffer.from(JSON.stringify(future)),
    });
    const result = await step.run();
    assert.match(errors(result)[0]!, /are more than 10 minutes in the future;/);
  });

  it("lets a test replace another of a run at the same time only if it began more than 10 minutes later", async () => {
    const during = (from: number, to: number, fields: object) => ({
      ...testRun({ startTime: minutesAgo(100), finishTime: minutesAgo(20) }),
      attachments: [attached(record({ startedOn: minutesAgo(from), finishedOn: minutesAgo(to), ...fields }))],
    });
    for (const [from, expected] of [
      [51, "failed"],
      [49, "passed"],
    ] as const) {
      const late = during(from, 40, { run: { buildId: "301" } });
      const { status, log } = await decide([
        during(70, 60, failed),
        { ...late, id: 301, definition: otherPipeline },
      ]);
      assert.equal(status, expected, `${from}: ${log}`);
    }
  });

  it("takes the time of the server for now, and not that of the agent", async () => {
    // An agent whose clock is an hour ahead would find these tests 110 minutes old.
    await using step = await gate([testRun()], { inputs: { maxAgeDays: "0.05" } }); // 72 minutes
    const clock = "data:text/javascript,const now = Date.now; Date.now = () => now() %2B 3600000;";
    const result = await step.run({ environment: { NODE_OPTIONS: `--import="${clock}"` } });
    assert.equal(result.variables.TestStatus, "passed", result.log);
    assert.match(result.log, /50 min/);
  });
});
