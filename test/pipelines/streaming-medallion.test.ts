import assert from "node:assert/strict";
import { ExampleWorkspace } from "./example-workspace.ts";

describe("the example streaming-medallion", function () {
  this.timeout(600_000);
  let example: ExampleWorkspace;
  before(async () => {
    example = await ExampleWorkspace.open("streaming-medallion");
  });
  after(() => example[Symbol.asyncDispose]());

  it("in streaming mode validates both payloads, says how long each took to become visible, and leaves nothing alive", async () => {
    const { record, output } = await example.run("azure-pipelines-streaming.yml");
    assert.equal(record.result, "succeeded", output);
    assert.deepEqual(record.leftovers, []);
    assert.equal([...output.matchAll(/: validate: visible after \d/g)].length, 2, output);
    assert.match(output, /job: ran for .* until this step cancelled it/);
    assert.match(output, /Streaming test Earthquakes: 8 tests: 8 passed, 0 failed/);
  });

  it("in batch mode runs the job for the set-up and each payload, and leaves nothing alive", async () => {
    const { record, output } = await example.run("azure-pipelines-batch.yml");
    assert.equal(record.result, "succeeded", output);
    assert.deepEqual(record.leftovers, []);
    assert.match(output, /Streaming test Earthquakes in batch mode: 10 tests: 10 passed, 0 failed/);
  });
});
