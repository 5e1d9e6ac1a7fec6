import assert from "node:assert/strict";
import type { EarlierBuild } from "../../../local/emulator/azure-devops/config.ts";
import { errors } from "../../harness/run-task.ts";
import type { StepChanges } from "../../harness/task-fixture.ts";
import {
  attached,
  digest,
  gate,
  minutesAgo,
  ownPipeline,
  record,
  runWith,
  type Scenario,
  tag,
  testRun,
} from "./gate-site.ts";

const dayMinutes = 1440;
const scenarios = (count: number, change: (index: number) => Scenario = () => ({})): Scenario[] =>
  Array.from({ length: count }, (_, index) => change(index));
const failed = (name?: string): Scenario => ({ outcome: "failed", ...(name ? { name } : {}) });
/** The digest with another last byte. */
const oneByteOff = `${digest.slice(0, -2)}ee`;

interface Refusal {
  title: string;
  /** Made when the test runs, because their times are relative to now. */
  runs: () => EarlierBuild[];
  inputs?: Record<string, string>;
  says: RegExp;
}

async function refuse(
  { runs, inputs, says }: Omit<Refusal, "title">,
  changes: StepChanges = {},
): Promise<void> {
  await using step = await gate(runs(), { inputs, ...changes });
  const result = await step.run();
  assert.equal(result.result, "failed", result.log);
  assert.equal(result.variables.TestStatus, "failed");
  const [message = "", ...others] = errors(result);
  assert.match(message, says);
  assert.match(message, /^Could not .*: .*; [^;]*\.$/);
  assert.deepEqual(others, []);
}

const refusals: Refusal[] = [
  {
    title: "fails if the version was never tested",
    runs: () => [],
    says: /no pipeline run has a test status of weather 1\.2\.0 in qa; deploy and test it in qa first, also if retention has deleted the run/,
  },
  {
    title: "fails if retention has deleted the run that tested the version",
    runs: () => [testRun({ deleted: true })],
    says: /no pipeline run has a test status of weather 1\.2\.0 in qa; .*retention/,
  },
  {
    title: "fails if a scenario failed, and names the first three",
    runs: () => [
      runWith({
        scenarios: [{}, failed("tests/a"), failed("tests/b"), failed("tests/c"), failed("tests/d")],
      }),
    ],
    says: /4 of 5 scenarios failed and 0 did not run \(tests\/a; tests\/b; tests\/c; and 1 more\), and/,
  },
  {
    title: "counts a scenario that did not run as not passed",
    runs: () => [runWith({ scenarios: [{}, { name: "tests/late", outcome: "skipped" }] })],
    says: /0 of 2 scenarios failed and 1 did not run \(tests\/late, not run\), and 50 % of the scenarios passed, but 100 % must;/,
  },
  {
    title: "counts a scenario as failed if a test that it reported failed",
    runs: () => [
      runWith({
        scenarios: [
          { name: "tests/quality" },
          { name: "rows", reportedBy: "tests/quality", outcome: "failed" },
        ],
      }),
    ],
    says: /1 of 1 scenario failed and 0 did not run \(tests\/quality\)/,
  },
  {
    title: "fails if more scenarios failed than maxFailed",
    runs: () => [runWith({ scenarios: [{}, {}, failed(), failed()] })],
    inputs: { maxFailed: "1", minPassRate: "0" },
    says: /: 2 of 4 scenarios failed and 0 did not run, and only 1 may \(.*\);/,
  },
  {
    title: "does not round the pass rate up",
    runs: () => [runWith({ scenarios: [failed(), ...scenarios(19_999)] })],
    inputs: { maxFailed: "1", minPassRate: "100" },
    says: /: 99\.99 % of the scenarios passed, but 100 % must;/,
  },
  {
    title: "fails below minPassRate",
    runs: () => [runWith({ scenarios: [failed(), failed(), ...scenarios(8)] })],
    inputs: { maxFailed: "5", minPassRate: "80.1" },
    says: /: 80 % of the scenarios passed, but 80\.1 % must;/,
  },
  {
    title: "fails if the tests are older than maxAgeDays",
    runs: () => [
      runWith(
        { startedOn: minutesAgo(9 * dayMinutes), finishedOn: minutesAgo(9 * dayMinutes - 5) },
        { startTime: minutesAgo(9 * dayMinutes + 1), finishTime: minutesAgo(9 * dayMinutes - 6) },
      ),
    ],
    inputs: { maxAgeDays: "7" },
    says: /the tests are 8 days old and may be at most 7 days old; test it again\.$/,
  },
  {
    title: "fails if another digest was tested, and shows both digests",
    runs: () => [
      runWith({ artifact: { name: "weather", version: "1.2.0", digest: `sha256:${"f".repeat(64)}` } }),
    ],
    says: /sha256:f{12}… was tested, but sha256:0123456789ab… would be deployed;/,
  },
  {
    title: "fails if the digest differs in one byte, and shows the whole digests",
    runs: () => [testRun()],
    inputs: { artifactDigest: oneByteOff },
    says: new RegExp(`: ${digest} was tested, but ${oneByteOff} would be deployed;`),
  },
  {
    title: "fails if nothing was tested",
    runs: () => [runWith({ scenarios: [] })],
    says: /: nothing was tested, /,
  },
  {
    title: "fails if every scenario is quarantined, also if all of them passed",
    runs: () => [runWith({ scenarios: [{ quarantined: true }, { quarantined: true }] })],
    says: /: nothing was tested: all 2 scenarios are quarantined, /,
  },
  ...["", "{", "[]", '{"schema":"notebook-ops/test-status/2"}'].map((text) => ({
    title: `fails if the record is malformed: ${text || "empty"}`,
    runs: () => [testRun({ attachments: [attached(text)] })],
    says: /run 20261121\.300 \(300\) has a test status that is malformed: .*; test weather 1\.2\.0 in qa again\.$/,
  })),
  {
    title: "fails if the record says of one scenario both that it failed and that it passed",
    runs: () => [
      testRun({
        attachments: [
          attached(
            JSON.stringify(record()).replace('"outcome":"passed"', '"outcome":"failed","outcome":"passed"'),
          ),
        ],
      }),
    ],
    says: /malformed: it has the key outcome twice in one object;/,
  },
  {
    title: "fails if the counts of the record differ from its results",
    runs: () => [runWith({ counts: { total: 4, passed: 4, failed: 0, skipped: 0 } })],
    says: /has a test status that is malformed: counts\.total differs from the results;/,
  },
  {
    title: "fails if one of the records of the run is malformed, which could be the one that failed",
    runs: () => [testRun({ attachments: [attached(record()), attached("{", "notebooks-2.json")] })],
    says: /malformed: it is not valid JSON/,
  },
  {
    title: "fails if the record is about another version, for which the run has no tag",
    runs: () => [runWith({ artifact: { name: "weather", version: "1.2.1", digest } })],
    says: /run 20261121\.300 \(300\) has the tag of the test status but no record/,
  },
  {
    title: "ignores a record of another environment whose tag is the same, and then has none",
    runs: () => [
      runWith({ environment: "qa eu" }, { tags: ["notebook-ops.test-status_qa-eu_weather_1.2.0"] }),
    ],
    inputs: { environment: "qa-eu" },
    says: /no pipeline run has a test status of weather 1\.2\.0 in qa-eu/,
  },
  {
    title: "fails if the environment of the record differs in the case of letters",
    runs: () => [runWith({ environment: "QA" }, { tags: [tag.replace("_qa_", "_QA_")] })],
    says: /has a test status of the environment QA, which differs from qa only in the case of letters; test/,
  },
  {
    title: "does not overlook newer tests that failed in an environment that differs in the case of letters",
    runs: () => [
      testRun(),
      runWith(
        {
          environment: "QA",
          scenarios: [failed()],
          startedOn: minutesAgo(20),
          finishedOn: minutesAgo(15),
        },
        { id: 301, startTime: minutesAgo(25), finishTime: minutesAgo(10) },
      ),
    ],
    says: /run 20261121\.301 \(301\) has a test status of the environment QA, which differs from qa/,
  },
  {
    title: "ignores a record of another version whose tag is the same",
    runs: () => [
      runWith(
        { artifact: { name: "weather", version: "1.2.0+x", digest } },
        { tags: ["notebook-ops.test-status_qa_weather_1.2.0-x"] },
      ),
    ],
    inputs: { packageVersion: "1.2.0-x" },
    says: /no pipeline run has a test status of weather 1\.2\.0-x in qa/,
  },
  {
    title: "ignores a record of another package whose tag is the same",
    runs: () => [
      runWith(
        { artifact: { name: "weather_x", version: "1.2.0", digest } },
        { tags: ["notebook-ops.test-status_qa_weather-x_1.2.0"] },
      ),
    ],
    inputs: { packageName: "weather-x" },
    says: /no pipeline run has a test status of weather-x 1\.2\.0 in qa/,
  },
  {
    title: "fails if the run has the tag but no record",
    runs: () => [testRun({ attachments: [] })],
    says: /has the tag of the test status but no record, which may have been deleted or not yet uploaded;/,
  },
  {
    title: "names every rule that does not hold",
    runs: () => [testRun({ attachments: [attached(record({ scenarios: [failed("tests/a"), {}] }))] })],
    inputs: { artifactDigest: oneByteOff, maxAgeDays: "0.01" },
    says: /: sha256:.* was tested, but sha256:.* would be deployed, and 1 of 2 scenarios failed .*, and 50 % of the scenarios passed, .*, and the tests are 50 min old and may be at most 0\.01 days old; deploy the package that was tested/,
  },
  {
    title: "refuses a digest that is not one",
    runs: () => [testRun()],
    inputs: { artifactDigest: "0123456789abcdef" },
    says: /Could not use the input 'artifactDigest': '0123456789abcdef' is not the digest of a package; give the output ArtifactDigest/,
  },
  {
    title: "refuses a pattern of versions",
    runs: () => [testRun()],
    inputs: { packageVersion: "1.*" },
    says: /Could not use the input 'packageVersion'/,
  },
  ...["-1", "100.1", "NaN", "1e1", "90 %"].map((minPassRate) => ({
    title: `refuses the pass rate ${minPassRate}`,
    runs: () => [testRun()],
    inputs: { minPassRate },
    says: /Could not use the input 'minPassRate': '.*' is not a number from 0 to 100; give a number such as 90 or 99\.5\.$/,
  })),
  {
    title: "refuses an age of 0 days, which no test can have",
    runs: () => [testRun()],
    inputs: { maxAgeDays: "0" },
    says: /^Could not use the input 'maxAgeDays': '0' is not a number from 0\.01 to 36500/,
  },
];

describe("NotebookCheckTestStatus, refusals", () => {
  for (const { title, ...refusal } of refusals) it(title, () => refuse(refusal));

  it("fails if the record is larger than 64 MB", async () => {
    const large = "x".repeat(64 * 1024 * 1024 + 1);
    await refuse({
      runs: () => [testRun({ attachments: [attached(large)] })],
      says: /has a test status that is malformed: it is larger than 64 MB;/,
    });
  });

  it("names the variable and the task that sets it if the digest is not known", async () => {
    await refuse({
      runs: () => [testRun()],
      inputs: { artifactDigest: "$(ArtifactDigest)" },
      says: /Could not use the input 'artifactDigest': it is \$\(ArtifactDigest\), .*run the task NotebookPublishArtifact/,
    });
  });
});

describe("NotebookCheckTestStatus and answers that are not whole", () => {
  const refuseAnswer = async (path: string, then: Record<string, unknown>, says: RegExp) => {
    await using step = await gate([testRun()]);
    await step.workspace.declareFault({
      match: { service: "azure-devops", path },
      times: 100,
      when: "before",
      then: { status: 200, ...then },
    });
    const result = await step.run();
    assert.equal(result.result, "failed", result.log);
    assert.equal(result.variables.TestStatus, "failed");
    assert.match(errors(result)[0]!, says);
  };
  const run = {
    ...{ id: 300, buildNumber: "20261121.300", status: "completed", queueTime: minutesAgo(65) },
    ...{ startTime: minutesAgo(65), finishTime: minutesAgo(45), tags: [tag] },
    ...{ definition: ownPipeline, project: { id: "p", name: "local" }, sourceBranch: "refs/heads/main" },
  };
  const attachment = (href: string) => ({ name: "notebooks-1.json", _links: { self: { href } } });

  it("fails if fewer runs are listed than are counted", () =>
    refuseAnswer(
      "/_apis/build/builds$",
      { body: { count: 2, value: [run] } },
      /^Could not list the pipeline runs .* answered with a list that counts 2 items and has 1;/,
    ));

  it("fails if fewer attachments are listed than are counted", () =>
    refuseAnswer(
      "/attachments/notebook-ops.test-status$",
      { body: { count: 2, value: [attachment("https://dev.azure.com/x")] } },
      /^Could not list the attachments of pipeline run 300 .* answered with a list that counts 2 items and has 1;/,
    ));

  it("fails if the address of an attachment is not one", () =>
    refuseAnswer(
      "/attachments/notebook-ops.test-status$",
      { body: { count: 1, value: [attachment("https://[")] } },
      /^Could not list the attachments of pipeline run 300 .* answered with "https:\/\/\[" as the address of an attachment;/,
    ));

  it("does not send its token to another host that the address of an attachment names", () =>
    refuseAnswer(
      "/attachments/notebook-ops.test-status$",
      { body: { count: 1, value: [attachment("https://dev.azure.com.example.net/x")] } },
      /^Could not read the attachment .*: dev\.azure\.com\.example\.net is not a host of the platform;/,
    ));

  it("says that it got a sign-in page in place of the record", () =>
    refuseAnswer(
      "/notebooks-1.json$",
      { headers: { "content-type": "text/html" }, body: "<!DOCTYPE html><title>Sign in</title>" },
      /^Could not read the attachment notebooks-1\.json of pipeline run 300 .* answered with an HTML page, most likely its sign-in page; give the build service 'View builds'/,
    ));
});

describe("NotebookCheckTestStatus without a permission", () => {
  it("says which permission is missing if the attachments of a run may not be read", async () => {
    await refuse({
      runs: () => [testRun({ attachmentsReadable: false })],
      says: /Could not list the attachments of pipeline run 300 in the project .*: .* answered 40[134].*; give the build service 'View builds' on the pipeline of run 300/,
    });
  });

  for (const status of [401, 403, 404])
    it(`says which permission is missing if the runs may not be listed: ${status}`, async () => {
      await using step = await gate([testRun()]);
      await step.workspace.declareFault({
        match: { service: "azure-devops", path: "/_apis/build/builds$" },
        times: 100,
        when: "before",
        then: { status, body: { typeKey: "AccessDeniedException", message: "TF50309: no" } },
      });
      const result = await step.run();
      assert.equal(result.result, "failed");
      assert.equal(result.variables.TestStatus, "failed");
      assert.match(
        errors(result)[0]!,
        new RegExp(
          `^Could not list the pipeline runs with the tag .* answered ${status} .*; give the build service 'View builds' in the project`,
        ),
      );
    });

  it("fails if another project may not be read", async () => {
    await refuse({
      runs: () => [testRun()],
      inputs: { trustedPipelines: "12\nno such project/weather" },
      says: /Could not list the pipeline runs .* in the project no such project: .*; give .*'Limit job authorization scope to current project'/,
    });
  });
});

describe("NotebookCheckTestStatus, what passes", () => {
  const passes = async (runs: EarlierBuild[], inputs: Record<string, string> = {}) => {
    await using step = await gate(runs, { inputs });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables.TestStatus, "passed");
    return result.log;
  };

  it("passes with as many failures as maxFailed and exactly minPassRate", async () => {
    await passes([runWith({ scenarios: [failed(), ...scenarios(9)] })], {
      maxFailed: "1",
      minPassRate: "90",
    });
    await passes([runWith({ scenarios: [...scenarios(618, () => failed()), ...scenarios(7)] })], {
      maxFailed: "618",
      minPassRate: "1.12",
    });
  });

  it("passes if only a quarantined scenario failed, and names it", async () => {
    const log = await passes([runWith({ scenarios: [{}, { ...failed("tests/shaky"), quarantined: true }] })]);
    assert.match(log, /quarantined in 300, so not counted: tests\/shaky/);
    assert.match(log, /1 of 1 passed/);
  });

  it("counts a flaky scenario as passed, and names it", async () => {
    const log = await passes([runWith({ scenarios: [{ name: "tests/shaky", failedAttempts: 2 }] })]);
    assert.match(log, /flaky in 300, passed on a retry: tests\/shaky/);
  });

  it("passes tests that are just as old as maxAgeDays", async () => {
    await passes([testRun()], { maxAgeDays: "0.04" }); // 57.6 minutes
  });

  it("takes the age of tests from the run if the clock of the agent was ahead", async () => {
    const ahead = { startedOn: minutesAgo(55), finishedOn: minutesAgo(36) };
    await using step = await gate([runWith(ahead)], { inputs: { maxAgeDays: "0.03" } }); // 43.2 minutes
    const result = await step.run();
    assert.match(errors(result)[0]!, /the tests are 45 min old/);
  });
});
