import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";
import { type CommandResult, notebookOps } from "../cli/run-command.ts";

const root = path.join(import.meta.dirname, "..", "..");

interface Step {
  task: string;
}

interface Pipeline {
  steps: Step[];
}

/** Asserts that every step of a run succeeded, and that the run had these steps in this order, besides those before and after the job's own. */
function assertSucceeded({ jobs }: PipelineRecord, expected: readonly Step[]): void {
  const steps = jobs.flatMap((job) => job.steps);
  assert.deepEqual(
    steps.filter(({ result }) => result !== "succeeded"),
    [],
  );
  const first = steps.findIndex(({ task }) => task === expected[0]!.task);
  assert.deepEqual(
    steps.slice(first, first + expected.length).map(({ task }) => task),
    expected.map(({ task }) => task),
  );
}

describe("the blocks of the README, put into files as it says", function () {
  this.timeout(240_000);
  let folder: string;
  let readMe: string;

  before(async () => {
    readMe = await readFile(path.join(root, "README.md"), "utf8");
    folder = await mkdtemp(path.join(tmpdir(), "readme-"));
    await mkdir(path.join(folder, "notebooks"));
    await write("azure-pipelines.yml", block("pipeline"));
    await write("cluster-config.json", block("cluster-config"));
    await write("notebooks/rows.py", block("notebook"));
    await write("notebook-ops.local.yml", block("local-config"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const write = (file: string, content: string) => writeFile(path.join(folder, file), content);

  function block(name: string): string {
    const pattern = new RegExp(
      `<!-- ${name}:begin -->\\s*\`\`\`\\w+\\n(.*?)\`\`\`\\s*<!-- ${name}:end -->`,
      "s",
    );
    const [, content] = pattern.exec(readMe) ?? assert.fail(`README.md has no block ${name}`);
    return content!;
  }

  async function run(file: string): Promise<CommandResult & { record: PipelineRecord }> {
    const recordFile = path.join(folder, "record.json");
    const result = await notebookOps(["run", file, "--record", recordFile], { folder });
    const record = await readFile(recordFile, "utf8").catch(() => assert.fail(result.out + result.err));
    return { ...result, record: JSON.parse(record) };
  }

  it("the blocks of the README are a pipeline that succeeds on the local workspace and leaves nothing behind", async () => {
    const { exitCode, out, record } = await run("azure-pipelines.yml");
    assert.equal(exitCode, 0, out);
    assertSucceeded(record, (parse(block("pipeline")) as Pipeline).steps);
    assert.match(out, /100 rows with version 1\.0\.0\.dev\d+/);
    assert.deepEqual(record.leftovers, []);
  });

  it("the blocks of the README are a release that publishes and deploys the notebooks, if the steps that set the token come first", async () => {
    const pipeline = parse(block("pipeline")) as Pipeline;
    const token = pipeline.steps.filter(({ task }) => task.startsWith("DatabricksCreateBearerToken@"));
    const steps = [...token, ...(parse(block("release")) as Step[])];
    await write("release.yml", stringify({ ...pipeline, steps }));
    const { exitCode, out, record } = await run("release.yml");
    assert.equal(exitCode, 0, out);
    assertSucceeded(record, steps);
    assert.match(out, /\/Shared\/production\/weather/);
  });
});
