import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";
import { assertNoSecretsOfRun } from "../harness/pipeline-secrets.ts";

const root = path.join(import.meta.dirname, "..", "..");

interface Run {
  exitCode: number | null;
  output: string;
  record: PipelineRecord;
}

describe("pipeline runs by notebook-ops", () => {
  let folder: string;

  /** Runs a pipeline, and asserts that it shows no secret. */
  async function run(name: string, interruptAt?: RegExp): Promise<Run> {
    const ended = await start(name, { interruptAt });
    assertNoSecretsOfRun(ended);
    return ended;
  }

  /** Runs `notebook-ops run` as a person would. With `interruptAt`, sends Ctrl-C when the output matches. */
  async function start(
    name: string,
    { interruptAt, arguments: more = [] }: { interruptAt?: RegExp; arguments?: string[] } = {},
  ): Promise<Run> {
    const recordFile = path.join(folder, "record.json");
    const pipeline = path.join(root, "test", "pipelines", name, "azure-pipelines.yml");
    const command = path.join(root, "bin", "notebook-ops.mjs");
    const child = spawn(process.execPath, [command, "run", pipeline, "--record", recordFile, ...more], {
      cwd: root,
    });
    let output = "";
    let interrupted = false;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output += chunk;
        if (interrupted || !interruptAt?.test(output)) return;
        interrupted = true;
        child.kill("SIGINT");
      });
    const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const text = await readFile(recordFile, "utf8").catch(() => assert.fail(output));
    return { exitCode, output, record: JSON.parse(text) };
  }

  const resultOf = ({ record }: Run, displayName: string) =>
    record.jobs.flatMap(({ steps }) => steps).find((step) => step.displayName === displayName)?.result;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pipelines-"));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("a local pipeline run names the error of a notebook that raises, and its cell", async () => {
    const raised = await run("raises");

    assert.equal(raised.exitCode, 1, raised.output);
    assert.equal(raised.record.result, "failed");
    assert.match(raised.output, /error: .*\braises\b.*ValueError: 1 rows have no temp_min/);
    assert.match(raised.output, /raises \(cell 2\)/);
    assert.deepEqual(raised.record.leftovers, []);
  });

  it("a local pipeline run fails if a notebook ends without dbutils.notebook.exit", async () => {
    const ended = await run("never-exits");

    assert.equal(ended.exitCode, 1, ended.output);
    assert.equal(ended.record.result, "failed");
    assert.match(ended.output, /error: .*never-exits.*without a call of dbutils\.notebook\.exit/);
    assert.deepEqual(ended.record.leftovers, []);
  });

  it("a local pipeline run leaves nothing in the workspace after Ctrl-C while the cluster starts", async () => {
    const canceled = await run("slow-cluster", /PENDING/);

    assert.equal(canceled.exitCode, 130, canceled.output);
    assert.equal(canceled.record.result, "canceled");
    assert.equal(resultOf(canceled, "Create cluster"), "canceled");
    assert.equal(resultOf(canceled, "Run notebooks"), "skipped");
    assert.deepEqual(canceled.record.leftovers, []);
  });

  it("a local pipeline run leaves nothing in the workspace after Ctrl-C while the notebook runs", async () => {
    const canceled = await run("runs-long", /RUNNING for .*In run/);

    assert.equal(canceled.exitCode, 130, canceled.output);
    assert.equal(canceled.record.result, "canceled");
    assert.equal(resultOf(canceled, "Run notebooks"), "canceled");
    assert.deepEqual(canceled.record.leftovers, []);
  });

  describe("that use secrets", () => {
    it("a local pipeline run masks secrets on the terminal and in the logs, however a script prints them", async () => {
      const token = "v3ry-s3cret-t0ken";
      const ended = await start("prints-secrets", { arguments: ["--secret", `Token=${token}`] });

      assert.equal(ended.exitCode, 0, ended.output);
      assert.match(ended.output, /plain \*\*\*, twice/);
      assertNoSecretsOfRun(ended, [token]);
    });

    it("the tests of local pipeline runs fail if a run leaks a secret to the terminal or to the disk", async () => {
      const leak = await start("leaks");

      assert.throws(
        () => assertNoSecretsOfRun(leak),
        /the terminal holds what looks like a Databricks token/,
      );
      assert.throws(
        () => assertNoSecretsOfRun({ ...leak, output: "" }),
        /leak-a-token\.log holds what looks like a Databricks token/,
      );
    });
  });
});
