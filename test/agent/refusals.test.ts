import assert from "node:assert/strict";
import path from "node:path";
import { PipelineRefused } from "../../local/agent/yaml/problems.ts";
import { assertGolden } from "../harness/golden.ts";
import { runFixture } from "./run-fixture.ts";

const fixture = (name: string) => path.join(import.meta.dirname, "fixtures", "unsupported", name);

/** What a pipeline is refused with, before it prints anything. */
async function refusalOf(name: string, skipUnsupported = false): Promise<PipelineRefused> {
  let text = "";
  const run = runFixture(fixture(name), { skipUnsupported, onText: (all) => (text = all) });
  const error = await run.then(
    () => assert.fail("the pipeline ran"),
    (thrown: Error) => thrown,
  );
  assert(error instanceof PipelineRefused, error.stack);
  assert.equal(text, "");
  return error;
}

describe("a pipeline that the local agent cannot run as it is", () => {
  it("a refused pipeline tells all of its unsupported parts at once, by file and line", async () => {
    const refusal = await refusalOf("azure-pipelines.yml");
    assertGolden(import.meta.url, "unsupported.txt", `${refusal.message}\n`);
    assert(refusal.isSkippable);
  });

  it("a refused pipeline tells all of its mistakes at once, which --skip-unsupported does not skip", async () => {
    const refusal = await refusalOf("mistakes.yml", true);
    assertGolden(import.meta.url, "mistakes.txt", `${refusal.message}\n`);
    assert(!refusal.isSkippable);
  });

  it("a pipeline runs without its unsupported parts with --skip-unsupported, and says what was left out", async () => {
    const { text, record } = await runFixture(fixture("azure-pipelines.yml"), { skipUnsupported: true });
    assertGolden(import.meta.url, "left-out.txt", text);
    assert.equal(record.result, "succeeded");
    assert.equal(record.unsupported.length, 5);
    assert.deepEqual(
      record.jobs.map(({ name, result, reason }) => [name, result, reason !== undefined]),
      [
        ["Compile", "succeeded", false],
        ["Lint", "skipped", true],
        ["Wait", "skipped", true],
        ["Publish", "succeeded", false],
      ],
    );
  });
});
