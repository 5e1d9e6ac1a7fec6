import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import type { EarlierBuild } from "../../../local/emulator/azure-devops/config.ts";
import { artifactDigest } from "../../../shared/notebook/artifact/digest.ts";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import { gate, minutesAgo, ownPipeline, runWith } from "./gate-site.ts";

const hash = (digit: string) => digit.repeat(64);

/** The attachments of a run that deployed these files, each with one digit for its hash. */
function deploymentRun(
  id: number,
  environment: string,
  { version, files, ...changes }: { version: string; files: Record<string, string>; deployedOn?: string },
): { build: EarlierBuild; digest: string } {
  const listed = Object.entries(files).map(([path, digit]) => ({ path, sha256: hash(digit), size: 1 }));
  const digest = artifactDigest(listed);
  const artifact = { name: "weather", version, digest };
  const record = {
    ...{ schema: "notebook-ops/deployment/1", state: "deployed", environment },
    ...{ workspaceFolder: "/Shared/weather", artifact, deployedOn: "2026-03-01T10:00:00.000Z", ...changes },
    objects: listed.map(({ path, sha256 }) => ({ path: path.replace(".py", ""), file: path, sha256 })),
  };
  const manifest = {
    ...{ schema: "notebook-ops/artifact/1", ...artifact, files: listed, pins: [] },
    source: { commit: "c0ffee", branch: "refs/heads/main", repository: "weather-notebooks" },
  };
  const name = `${environment}.weather.json`;
  const build = {
    ...{ id, definition: ownPipeline, startTime: minutesAgo(90), finishTime: minutesAgo(80) },
    tags: [`notebook-ops.deployment_${environment}_weather`],
    attachments: [
      { type: "notebook-ops.deployment", name, content: record },
      { type: "notebook-ops.artifact", name, content: manifest },
    ],
  };
  return { build, digest };
}

const inQa = deploymentRun(250, "qa", {
  version: "1.2.0",
  files: { "etl.py": "1", "new.py": "2", "same.py": "3" },
});
const inProduction = deploymentRun(240, "production", {
  version: "1.1.0",
  files: { "etl.py": "4", "old.py": "5", "same.py": "3" },
});
const inputs = { artifactDigest: inQa.digest };
const tested = (changes = {}) =>
  runWith({ artifact: { name: "weather", version: "1.2.0", digest: inQa.digest } }, changes);

/** The text of the page as one line, and the JUnit file. */
async function reportOf({ effects }: StageResult): Promise<{ page: string; junit: string }> {
  assert.deepEqual(
    effects.artifacts.map((artifact) => [artifact.name, path.basename(artifact.path)]),
    [
      ["test-report-1.2.0-qa", "weather-sign-off.html"],
      ["test-report-1.2.0-qa", "weather-sign-off.xml"],
    ],
  );
  const [html, xml] = await Promise.all(effects.artifacts.map((each) => readFile(each.path, "utf8")));
  const body = html!.slice(html!.indexOf("<body>"), html!.lastIndexOf("<script>"));
  return { page: body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "), junit: xml! };
}

describe("the report for sign-off of NotebookCheckTestStatus", () => {
  it("the report for sign-off says what the gate decided, where the version comes from, and what it changes in production", async () => {
    await using step = await gate([tested(), inQa.build, inProduction.build], { inputs });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    const { page, junit } = await reportOf(result);
    assert.match(page, /Gate: weather 1\.2\.0 passed in qa/);
    assert.match(page, /pass rate 100 % of the scenarios passed/);
    assert.ok(page.includes(inQa.digest), page);
    assert.match(page, /Commit c0ffee Branch main Repository weather-notebooks/);
    assert.match(page, /Tested by 20261121\.300 \(300\) of weather \(12\)/);
    assert.match(page, /What changes in production Compared with version 1\.1\.0/);
    assert.match(page, /1 added new\.py 1 changed etl\.py 1 removed old\.py/);
    assert.doesNotMatch(page, /same\.py/);
    assert.equal(readJUnit(junit, { file: "sign-off.xml" }).cases.length, 3);
  });

  it("the report for sign-off shows the failing cell and the trace that the tested run's JUnit file has", async () => {
    const failing = { name: "tests/rows", outcome: "failed", message: "no rows" };
    const junit =
      '<testsuites name="Test scenarios"><testsuite name="Test scenarios" tests="1" failures="1">' +
      '<testcase name="rows" classname="tests" time="1"><failure message="no rows">AssertionError: deep inside</failure></testcase>' +
      "</testsuite></testsuites>";
    const build = runWith({ scenarios: [failing as never] });
    build.attachments!.push({ type: "notebook-ops.junit", name: "notebooks-1.xml", content: junit });
    await using step = await gate([build]);
    const result = await step.run();
    assert.equal(result.result, "failed");
    const { page } = await reportOf(result);
    assert.match(page, /Gate: weather 1\.2\.0 did not pass in qa/);
    assert.match(page, /AssertionError: deep inside/);
  });

  it("the report for sign-off says that nothing was tested if the gate found no test", async () => {
    await using step = await gate([]);
    const result = await step.run();
    assert.equal(result.result, "failed");
    const { page } = await reportOf(result);
    assert.match(page, /The gate found no test of this version that counts\./);
    assert.match(page, /No deployment of weather there is known/);
  });

  it("the gate passes with a warning if the report cannot say what is deployed in production", async () => {
    const unreadable = { ...inProduction.build, attachmentsReadable: false };
    await using step = await gate([tested(), inQa.build, unreadable], { inputs });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    const warned = result.issues.filter(({ type }) => type === "warning").map(({ message }) => message);
    assert.match(warned.join("\n"), /^Could not find out what is deployed in production: /);
    assert.match((await reportOf(result)).page, /It is not known what is deployed there\./);
  });

  it("the report for sign-off ignores a manifest of another content than was deployed", async () => {
    const attachments = inProduction.build.attachments!.map((attachment, index) =>
      index === 0 ? attachment : { ...attachment, content: inQa.build.attachments![1]!.content },
    );
    await using step = await gate([tested(), inQa.build, { ...inProduction.build, attachments }], { inputs });
    const { page } = await reportOf(await step.run());
    assert.match(page, /Compared with version 1\.1\.0.* It is not known which files change\./);
  });

  it("the report for sign-off compares with the environment that productionEnvironment names", async () => {
    const live = deploymentRun(241, "live", {
      version: "1.2.0",
      files: { "etl.py": "1", "new.py": "2", "same.py": "3" },
    });
    await using step = await gate([tested(), inQa.build, live.build], {
      inputs: { ...inputs, productionEnvironment: "live" },
    });
    const { page } = await reportOf(await step.run());
    assert.match(
      page,
      /What changes in live Compared with version 1\.2\.0.* Nothing: it has the same content/,
    );
  });

  it("the report for sign-off compares with what was deployed last, although its run was queued earlier", async () => {
    const waited = deploymentRun(239, "production", {
      version: "1.1.5",
      files: { "etl.py": "6" },
      deployedOn: "2026-03-02T10:00:00.000Z",
    });
    const queuedEarlier = { ...waited.build, startTime: minutesAgo(500), queueTime: minutesAgo(500) };
    await using step = await gate([tested(), inQa.build, inProduction.build, queuedEarlier], { inputs });
    const { page } = await reportOf(await step.run());
    assert.match(page, /Compared with version 1\.1\.5/);
  });

  it("the report for sign-off compares with the last deployment of a run that deployed twice", async () => {
    await using step = await gate([tested(), inQa.build, inProduction.build], { inputs });
    const putBack = deploymentRun(240, "production", {
      version: "1.0.0",
      files: { "etl.py": "7" },
      deployedOn: "2026-03-01T11:00:00.000Z",
    });
    const { builds } = step.workspace.emulator.azureDevOps;
    for (const { type, name, content } of putBack.build.attachments!)
      builds.attach(builds.get("240"), {
        ...{ type, name: name!, content: Buffer.from(JSON.stringify(content)) },
        ...{ timelineId: randomUUID(), recordId: randomUUID() },
      });
    const { page } = await reportOf(await step.run());
    assert.match(page, /Compared with version 1\.0\.0.* 2 added new\.py same\.py 1 changed etl\.py/);
  });

  for (const [what, changes] of [
    ["is not valid", { content: { schema: "of another tool" } }],
    ["has a time that does not exist", { content: { deployedOn: "2026-99-99T99:99:99Z" } }],
    ["is missing", undefined],
  ] as const)
    it(`the report for sign-off does not say what changes if the record of the newest deployment ${what}`, async () => {
      const [record, ...others] = inProduction.build.attachments!;
      const content = { ...(record!.content as object), ...changes?.content };
      const newest = {
        ...{ ...inProduction.build, id: 241, startTime: minutesAgo(50), finishTime: minutesAgo(45) },
        attachments: changes ? [{ ...record!, content }, ...others] : [],
      };
      await using step = await gate([tested(), inQa.build, inProduction.build, newest], { inputs });
      const result = await step.run();
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual(
        result.issues.map(({ message }) => message),
        [
          "Could not find out what is deployed in production: pipeline run 241 has the tag of a deployment there, but no valid record of it; the report does not say what changes there.",
        ],
      );
      const { page } = await reportOf(result);
      assert.match(page, /It is not known what is deployed there\./);
      assert.match(page, /Commit c0ffee/);
    });

  it("the report for sign-off ignores an invalid record that is older than the newest deployment", async () => {
    const old = { ...inProduction.build, id: 241, finishTime: "2026-02-01T10:00:00.000Z" };
    const older = { ...old, startTime: old.finishTime, queueTime: old.finishTime, attachments: [] };
    await using step = await gate([tested(), inQa.build, inProduction.build, older], { inputs });
    const { page } = await reportOf(await step.run());
    assert.match(page, /Compared with version 1\.1\.0/);
  });
});
