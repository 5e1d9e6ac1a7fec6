import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { assertGolden } from "../harness/golden.ts";
import { runFixture } from "./run-fixture.ts";

const folder = path.join(import.meta.dirname, "fixtures", "pipelines");

describe("a pipeline on the local agent", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".yml")))
    it(`prints steps and summary of ${file}`, async () => {
      const { text } = await runFixture(path.join(folder, file));
      assertGolden(import.meta.url, file.replace(".yml", ".txt"), text);
    });

  it("a local pipeline gets parameters and variables from the caller", async () => {
    const { text } = await runFixture(path.join(folder, "templates.yml"), {
      parameters: { environments: '["prod"]', loud: "false" },
      variables: { city: "Bergen" },
    });
    assert.match(text, /hello prod/);
    assert.match(text, /the region is north, the city Bergen/);
  });

  it("a local pipeline keeps secrets out of its output, its record and its logs", async () => {
    const { text, record } = await runFixture(path.join(folder, "hostile.yml"), {
      secrets: { "System.AccessToken": "s3cr3t-t0ken" },
    });
    const logs = record.jobs
      .flatMap((job) => job.steps)
      .map((step) => readFileSync(step.logFile ?? "", "utf8"));
    assert(logs.join("").includes("secret: ***, in a URL: ***"));
    assert(![text, JSON.stringify(record), ...logs].join("").includes("s3cr3t"));
  });

  it("a local pipeline leaves only logs, artifacts, attachments and test results on the disk", async () => {
    const { record } = await runFixture(path.join(folder, "artifacts-and-tests.yml"));
    const logFile = record.jobs[0]?.steps[0]?.logFile ?? "";
    assert.deepEqual(readdirSync(path.dirname(path.dirname(logFile))).sort(), [
      "artifacts",
      "logs",
      "test-results",
    ]);
    assert(existsSync(logFile));
  });
});
