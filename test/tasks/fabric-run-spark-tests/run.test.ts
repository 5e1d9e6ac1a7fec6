import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { errors } from "../../harness/run-task.ts";
import { killedAtOnce } from "../../harness/task-fixture.ts";
import { junitCases } from "../databricks-run-notebook/run-notebook.ts";
import { assertCleanedUp, leftInFabric, nothing } from "../fabric-run-notebook/fabric-notebooks.ts";
import { runSparkTests } from "./spark-tests.ts";

interface Case {
  $: { name: string };
  failure?: unknown;
  skipped?: unknown;
}

const fastClock = pathToFileURL(path.resolve(import.meta.dirname, "../../harness/fast-clock.mjs")).href;

const start = /POST .*\/jobs\/sparkjob\/instances$/;

describe("FabricRunSparkTests", function () {
  this.timeout(120_000);

  it("runs the tests of a project in Fabric, reports each and deletes what it copied", async () => {
    const shown = path.join(tmpdir(), `shown-${randomUUID()}`);
    await using step = await runSparkTests({
      "sales/.gitignore": "data/\n",
      "sales/data/big.csv": "1",
      "sales/tests/test_orders.py": `
import os
import pytest

@pytest.mark.parametrize("country", ["a[b]", "no/se"])
def test_country(country): pass

def test_total():
    print("total: 3 ##vso[task.setvariable variable=A]b")
    assert 1 + 1 == 3, "wrong total \\ud800"

@pytest.mark.skip(reason="no Delta")
def test_delta(): pass

def test_where_it_runs():
    import time
    until = time.monotonic() + 60
    while not os.path.exists("${shown}"):
        assert time.monotonic() < until, "the log did not show the output while the tests ran"
        time.sleep(0.05)
    assert os.environ["FABRIC_TEST_SPARK_EXEC_MODE"] == "remote"
    assert os.getcwd().startswith("/lakehouse/default/Files/notebook-ops/") or "onelake" in os.getcwd()
    assert not os.path.exists("data")

def test_artifacts():
    root = os.environ["FABRIC_TEST_ARTIFACTS"]
    os.mkdir(root + "/plots")
    secret = "s3cret" + "-token"
    for name, content in {
        "plan.txt": f"token={secret} ü".encode(),
        "plots/a.png": b"\\x89PNG\\0\\xff",
        "utf-16.csv": secret.encode("utf-16"),
        "model.bin": b"\\xff" + secret.encode(),
        "a?b": b"",
    }.items():
        with open(f"{root}/{name}", "wb") as file:
            file.write(content)
`,
    });
    const result = await step.run({
      inputs: { projectFolder: "sales", pytestArguments: 'tests -k "not nothing"' },
      secretVariables: { Token: "s3cret-token" },
      onLine: (line) => /^collected 6 items/.test(line) && writeFileSync(shown, ""),
    });
    await rm(shown, { force: true });
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /^Could not complete the Spark tests of sales: 1 of its 6 tests failed; the first one, test_total: AssertionError: wrong total.*; see https:\/\/localhost:\d+\/groups\/[0-9a-f-]{36}\/sparkJobDefinitions\/[0-9a-f-]{36}\/runs\/[0-9a-f-]{36}\.$/,
      result.log,
    );
    const outcomes = await outcomesOf(result);
    assert.deepEqual(outcomes, [
      ["sales", "failed"],
      ["test_country[a[b]]", "passed"],
      ["test_country[no/se]", "passed"],
      ["test_total", "failed"],
      ["test_delta", "skipped"],
      ["test_where_it_runs", "passed"],
      ["test_artifacts", "passed"],
    ]);
    assert.equal(result.log.match(/test session starts/g)?.length, 1);
    assert.match(result.log, /^Spark tests: (NotStarted|InProgress) for [^,]+, https:\/\/localhost:\d+\//m);
    assert.match(result.log, /1 failed, 4 passed, 1 skipped/, "the output of pytest");
    assert.match(await readFile(result.variables["step.ResultsFile"]!, "utf8"), /wrong total/);
    assert.match(result.variables["step.RunUrl"]!, new RegExp(`/runs/${result.variables["step.RunId"]}$`));
    await assertArtifacts(result);
    const [summary] = result.effects.summaries;
    assert.match(await readFile(summary!, "utf8"), /1 of 1 Spark job, 1 of 6 tests failed/);
    const after = await assertCleanedUp(step, result);
    assert.equal(after.log, "");
  });

  it("succeeds, and uses the Spark job definition again that the first run created", async () => {
    await using step = await runSparkTests({ "test_a.py": "def test_1(): pass\n" }, { definitions: [] });
    const first = await step.run();
    assert.equal(first.result, "succeeded", first.log);
    assert.match(
      first.log,
      /^Created the Spark job definition "notebook-ops-spark-tests", which later runs use too\.$/m,
    );
    const tempFolder = await mkdtemp(path.join(step.tempFolder, "second-"));
    const both = await Promise.all([step.run(), step.run({ tempFolder })]);
    for (const { result, log } of both) assert.equal(result, "succeeded", log);
    assert.equal(step.requests(/\/items$/).filter((each) => each.startsWith("POST")).length, 1);
    assert.deepEqual(leftInFabric(step), {
      ...nothing,
      items: ["notebook-ops-spark-tests.SparkJobDefinition"],
    });
  });

  it("reports an error for each test without a result, and why, if a test ends the process", async () => {
    await using step = await runSparkTests({
      "test_a.py": "import os\ndef test_1(): pass\ndef test_2(): os._exit(7)\ndef test_3(): pass\n",
    });
    const result = await step.run();
    const outcomes = await outcomesOf(result);
    assert.deepEqual(outcomes.slice(1), [
      ["test_1", "passed"],
      ["test_2", "failed"],
      ["test_3", "failed"],
    ]);
    assert.match(errors(result)[0]!, /the job failed during test_a\.py::test_2: /);
    await assertCleanedUp(step, result);
  });

  it("reports an error for each test file if the job does not run, or cannot install a dependency", async () => {
    await using step = await runSparkTests({ "test_a.py": "", "tests/b_test.py": "" });
    await step.workspace.declareFault({
      match: { operation: "fabric.job" },
      then: { status: "Deduped" },
    });
    const result = await step.run();
    assert.match(errors(result)[0]!, /the job failed before pytest ran: it did not run, because another job/);
    assert.deepEqual((await outcomesOf(result)).slice(1), [
      ["test_a.py", "failed"],
      ["tests/b_test.py", "failed"],
    ]);
    await assertCleanedUp(step, result);

    await step.write({ "requirements.txt": "no-such-package @ file:///no/such/file.whl\n" });
    const outside = await step.run();
    assert.match(
      errors(outside)[0]!,
      /it requires "\/no\/such\/file\.whl", which is outside the project folder/,
    );
    await step.write({ "requirements.txt": "./no-such-folder\n" });
    const missing = await step.run();
    assert.match(
      errors(missing)[0]!,
      /Could not complete the Spark tests of \S+: could not install the dependencies: pip ended with exit code 1: .*no-such-folder/,
    );
    await assertCleanedUp(step, missing);
  });

  it("reports the trace in the driver's log if the entry point fails before it writes anything", async () => {
    await using step = await runSparkTests({ "test_a.py": "def test_1(): pass\n" });
    const { workspace } = step;
    await workspace.declareFault({ match: { operation: "fabric.job" }, then: { delaySeconds: 600 } });
    const oneLake = path.join(path.dirname(workspace.emulator.ready.caFile), "onelake");
    let starting: Promise<unknown> | undefined;
    const result = await step.run({
      onLine: (line) => {
        if (!/^Spark tests: NotStarted/.test(line)) return;
        starting ??= breakEntryPoint(oneLake).then(() => workspace.advanceClock(600));
      },
    });
    await starting;
    assert.match(
      errors(result)[0]!,
      /the job failed before pytest ran: ModuleNotFoundError: No module named 'no_such_module'; see https:/,
    );
    assert.match(result.log, /^Traceback \(most recent call last\):\n {2}File ".*entry_point\.py"/m);
    assert.deepEqual((await outcomesOf(result)).slice(1), [["test_a.py", "failed"]]);
    await assertCleanedUp(step, result);
  });

  it("starts another job if a start has no clear answer, and one of them runs the tests", async () => {
    await using step = await runSparkTests({ "test_a.py": "def test_1(): pass\n" });
    await step.workspace.declareFault({
      match: { service: "fabric", method: "POST", path: "/jobs/sparkjob/instances$" },
      when: "after",
      then: { reset: true },
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /Starting the job again: if two jobs run, the second one ends at once\./);
    const cleanUp = await step.cleanUp(result, { environment: { NODE_OPTIONS: `--import=${fastClock}` } });
    assert.equal(cleanUp.result, "succeeded", cleanUp.log);
    assert.deepEqual(leftInFabric(step), nothing);
  });

  it("cancels a run that takes too long, and reports an error for each test without a result", async () => {
    await using step = await runSparkTests({
      "test_a.py": "import time\ndef test_1(): pass\ndef test_2(): time.sleep(100)\n",
    });
    const result = await step.run({
      inputs: { timeoutMinutes: "4" },
      environment: { NODE_OPTIONS: `--import=${fastClock}` },
    });
    assert.match(
      errors(result)[0]!,
      /: it took longer than 4 min .*and was cancelled; raise timeoutMinutes if it needs more time; see https:/,
    );
    assert.deepEqual((await outcomesOf(result)).slice(1), [
      ["test_1", "passed"],
      ["test_2", "failed"],
    ]);
    await assertCleanedUp(step, result);
  });

  for (const [how, phase, when] of [
    [
      "killed",
      "the copy of the project",
      (_: string, asked: string[]) => asked.some((each) => /PUT .*\/project/.test(each)),
    ],
    [
      "cancelled",
      "the start of the job",
      (_: string, asked: string[]) => asked.some((each) => start.test(each)),
    ],
    [
      "killed",
      "the start of the job",
      (_: string, asked: string[]) => asked.some((each) => start.test(each)),
    ],
    ["cancelled", "the run", (line: string) => /^Spark tests: InProgress/.test(line)],
  ] as const)
    it(`leaves nothing behind if it is ${how} during ${phase}`, async () => {
      await using step = await runSparkTests({
        "test_a.py": "import time\ndef test_1(): time.sleep(100)\n",
      });
      const cancel = new AbortController();
      const result = await step.run({
        signal: cancel.signal,
        variables: { "System.Debug": "true" },
        ...(how === "killed" ? { cancelTimes: killedAtOnce } : {}),
        onLine: (line) => when(line, step.requests()) && cancel.abort(),
      });
      assert.equal(result.result, "canceled", result.log);
      await assertCleanedUp(step, result);
    });
});

/** Makes the copied entry point one that fails at once, as one that was cut does. */
async function breakEntryPoint(oneLake: string): Promise<void> {
  const files = await readdir(oneLake, { recursive: true });
  const name = files.find((file) => path.basename(file) === "entry_point.py");
  await writeFile(path.join(oneLake, name!), "import no_such_module\n");
}

/** Text is masked; what cannot be masked, or cannot be a file, is left out with a reason. */
async function assertArtifacts({ effects, log }: StageResult): Promise<void> {
  const [artifact, ...others] = effects.artifacts;
  assert.deepEqual([artifact?.name, others], ["spark-tests", []], log);
  const [place = "", ...places] = await readdir(artifact!.path);
  assert.match(place, /^notebook-ops-spark-tests-[0-9a-f]{12}$/);
  const folder = path.join(artifact!.path, place);
  assert.deepEqual([places, (await readdir(folder)).sort()], [[], ["plan.txt", "plots"]]);
  assert.equal(await readFile(path.join(folder, "plan.txt"), "utf8"), "token=*** ü");
  assert.equal(await readFile(path.join(folder, "plots/a.png"), "latin1"), "\x89PNG\0\xff");
  assert.match(
    log,
    new RegExp(`^Published 2 files that the tests left: artifact spark-tests, folder ${place}\\.$`, "m"),
  );
  const left = /Left out 3 of 5 files that the tests left: (.*)\./.exec(log)?.[1]?.split("; ").sort();
  assert.deepEqual(left, [
    '"a?b" has a character that Windows does not allow in names',
    '"model.bin" contains a secret and is not text, in which it could be masked',
    '"utf-16.csv" contains a secret and is not text, in which it could be masked',
  ]);
}

/** The cases of a run by name, the run itself first. */
async function outcomesOf(result: StageResult): Promise<[string, string][]> {
  const cases: Case[] = await junitCases(result);
  return cases.map(({ $: { name }, failure, skipped }) => [
    name,
    failure !== undefined ? "failed" : skipped !== undefined ? "skipped" : "passed",
  ]);
}
