import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import { askFabric } from "../../harness/fabric-api.ts";
import { errors } from "../../harness/run-task.ts";
import { type TaskFixture, type TaskFixtureOptions, taskFixture } from "../../harness/task-fixture.ts";
import { fabricSource } from "../fabric-run-notebook/fabric-notebooks.ts";
import { output, passedTag, recordOf, statusTag } from "./scenario-site.ts";

const workspaceId = "5d1e7a52-8d2c-4c0e-9f6b-1a2b3c4d5e6f";
const deployedPath = `fabric://${workspaceId}/weather`;
const exits = (value: string) => fabricSource(`notebookutils.notebook.exit(${value})`);

const list = `scenarios:
  - { name: Frost, notebook: tests/frost, parameters: { month: 5 } }
  - { name: Nightly load, job: Load the weather, quarantined: true }
  - { name: Hail, notebook: tests/hail }
`;
const files = {
  "notebook-scenarios.yml": list,
  "lib.py": fabricSource("answer = 42"),
  "tests/frost.py": fabricSource(
    '# parameters\nmonth = ""',
    "%run lib",
    'notebookutils.notebook.exit(f"{answer} in month {month}")',
  ),
  "tests/hail.py": exits("'dry'"),
};

/** NotebookRunTestScenarios in a build that has deployed these files to Fabric as version 1.0.0 of weather for the environment qa. */
async function deployedInFabric(
  given: Record<string, string> = files,
  options: TaskFixtureOptions = {},
): Promise<TaskFixture> {
  const workspaces = [{ name: "Weather", id: workspaceId, lakehouses: ["local"] }];
  const step = await taskFixture("NotebookRunTestScenarios", {
    isBuild: true,
    ...options,
    workspace: { fabric: { retryAfterSeconds: 0, workspaces } },
    inputs: { environment: "qa", workspaceFolder: deployedPath, lakehouse: "local", ...options.inputs },
  });
  const folder = await mkdtemp(path.join(step.tempFolder, "deploy-"));
  const source = path.join(folder, "source");
  const out = path.join(folder, "artifact");
  for (const [file, content] of Object.entries(given)) {
    await mkdir(path.dirname(path.join(source, file)), { recursive: true });
    await writeFile(path.join(source, file), content);
  }
  await packArtifact({ folder: source, out, name: "weather", version: "1.0.0", source: {} });
  const deployed = await step.runTask("NotebookDeployArtifact", {
    tempFolder: folder,
    inputs: { artifactFolder: out, environment: "qa", fabricWorkspace: "Weather" },
  });
  assert.equal(deployed.result, "succeeded", deployed.log);
  assert.equal(output(deployed, "DeployedPath"), deployedPath);
  return step;
}

/** Runs the gate after the agent has uploaded what a step attached. */
async function runGate(step: TaskFixture, { effects }: StageResult, digest: string): Promise<StageResult> {
  const { builds } = step.workspace.emulator.azureDevOps;
  for (const { type, name, file } of effects.attachments)
    builds.attach(builds.get("345"), {
      ...{ type, name, timelineId: "00000000-0000-4000-8000-000000000345" },
      ...{ recordId: "00000000-0000-4000-8000-000000000346", content: await readFile(file) },
    });
  return step.runTask("NotebookCheckTestStatus", {
    inputs: {
      environment: "qa",
      packageName: "weather",
      packageVersion: "1.0.0",
      artifactDigest: digest,
    },
  });
}

describe("NotebookRunTestScenarios in Fabric", function () {
  this.timeout(180_000);

  it("runs the scenarios of what is deployed in Fabric, and the gate accepts their test status", async () => {
    await using step = await deployedInFabric();
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(
      result.log,
      /Found 3 scenarios in notebook-scenarios\.yml of weather 1\.0\.0, deployed in Weather\./,
    );
    assert.match(result.log, /Nightly load: did not run: it runs a job of Databricks/);
    const record = await recordOf(result);
    assert.equal(record.platform, "fabric");
    assert.deepEqual(
      record.results.map(({ name, outcome, exitValue }) => [name, outcome, exitValue]),
      [
        ["Frost", "passed", "42 in month 5"],
        ["Nightly load", "failed", undefined],
        ["Hail", "passed", "dry"],
      ],
    );
    assert.deepEqual(step.testTags(), [passedTag, statusTag]);
    assert.deepEqual(step.ledger().fabricRuns, []);
    const gate = await runGate(step, result, record.artifact!.digest!);
    assert.equal(gate.result, "succeeded", gate.log);
  });

  it("fails before it runs anything in Fabric if a deployed notebook was edited", async () => {
    await using step = await deployedInFabric();
    const { id } = await notebookNamed(step, "hail");
    const payload = Buffer.from(exits("'wet'")).toString("base64");
    await askFabric(step.workspace, "POST", `/workspaces/${workspaceId}/items/${id}/updateDefinition`, {
      definition: {
        format: "fabricGitSource",
        parts: [{ path: "notebook-content.py", payload, payloadType: "InlineBase64" }],
      },
    });
    const result = await step.run();
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /^Could not verify that Weather contains weather 1\.0\.0: the notebook "hail" differs from what was published; deploy it again/,
    );
    assert.deepEqual(step.requests(/jobs\/.*instances$/), []);
  });

  const waits = { "tests/waits.py": fabricSource("import time", "time.sleep(600)") };
  const runPath = /jobs\/.*instances$/;

  it("cancels the runs in Fabric that it started, and no others, after the step is cancelled or killed", async () => {
    await using step = await deployedInFabric(waits);
    const { id } = await notebookNamed(step, "waits");
    await askFabric(
      step.workspace,
      "POST",
      `/workspaces/${workspaceId}/items/${id}/jobs/instances?jobType=RunNotebook`,
    );
    const [foreign] = step.ledger().fabricRuns;
    const left = () => step.ledger().fabricRuns.map((run) => run.id);
    const cancel = new AbortController();
    const watch = setInterval(() => left().length > 1 && cancel.abort(), 20);
    const canceled = await step.run({ signal: cancel.signal }).finally(() => clearInterval(watch));
    assert.equal(canceled.result, "canceled", canceled.log);
    const afterCancel = await step.cleanUp(canceled);
    assert.equal(afterCancel.result, "succeeded", afterCancel.log);
    assert.deepEqual(left(), [foreign!.id]);
    const killed = await step.run({
      environment: {
        NODE_OPTIONS: `--import=${path.join(import.meta.dirname, "../../reliability/declare-fault.mjs")}`,
        FAULT_CONTROL_URL: step.workspace.emulator.ready.controlUrl,
        FAULT: JSON.stringify({
          match: { service: "fabric", method: "POST", path: runPath.source },
          when: "after",
          then: { signal: { name: "SIGKILL" } },
        }),
      },
    });
    assert.equal(killed.exitCode, null, killed.log);
    assert.equal(left().length, 2);
    const afterKill = await step.cleanUp(killed);
    assert.equal(afterKill.result, "succeeded", afterKill.log);
    assert.deepEqual(left(), [foreign!.id]);
  });

  it("runs a scenario in Fabric once if the answer to its start is lost, and again after a failure", async () => {
    const retried = "scenarios:\n  - { name: Fails, notebook: tests/fails, retries: 1 }\n";
    await using step = await deployedInFabric({
      "notebook-scenarios.yml": retried,
      "tests/fails.py": fabricSource("raise ValueError('frost')"),
    });
    await step.workspace.declareFault({
      match: { service: "fabric", method: "POST", path: runPath.source },
      when: "after",
      then: { reset: true },
    });
    const result = await step.run();
    assert.equal(result.result, "failed", result.log);
    assert.match(result.log, /Fails: failed on attempt 1 of 2/);
    assert.match(result.log, /Fails: failed on attempt 2 of 2/);
    assert.equal(step.requests(runPath).filter((each) => each.startsWith("POST")).length, 2);
  });
});

async function notebookNamed(step: TaskFixture, name: string): Promise<{ id: string }> {
  const { value } = await askFabric<{ value: { id: string; displayName: string }[] }>(
    step.workspace,
    "GET",
    `/workspaces/${workspaceId}/items?type=Notebook`,
  );
  return value.find(({ displayName }) => displayName === name)!;
}
