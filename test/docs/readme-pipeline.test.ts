import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";

const root = path.join(import.meta.dirname, "..", "..");

interface Step {
  task?: string;
  inputs?: Record<string, string>;
}

describe("the pipeline of the README", () => {
  let copied: Step[];
  let example: Step[];

  before(async () => {
    const readMe = await readFile(path.join(root, "README.md"), "utf8");
    const block = /<!-- pipeline:begin -->\s*```yaml\n(.*?)```\s*<!-- pipeline:end -->/s.exec(readMe)?.[1];
    copied = parse(block ?? "").steps;
    const pipeline = path.join(root, "examples", "databricks-weather", "azure-pipelines-pr.yml");
    const ours = /^(KeyVault|Databricks)/;
    example = parse(await readFile(pipeline, "utf8")).steps.filter(({ task }: Step) => ours.test(task ?? ""));
  });

  it("the README's pipeline has the same tasks in the same order as the example that npm start runs", () => {
    assert.deepEqual(
      copied.map(({ task }) => task),
      example.map(({ task }) => task),
    );
  });

  it("the README's pipeline gives each task the same inputs as the example", () => {
    for (const [index, { task, inputs }] of copied.entries())
      assert.deepEqual(Object.keys(inputs ?? {}), Object.keys(example[index]?.inputs ?? {}), task);
  });

  it("the README's pipeline gives each input a value that the example also contains", () => {
    for (const [index, { task, inputs }] of copied.entries())
      for (const [name, value] of Object.entries(inputs ?? {}))
        for (const line of String(value).trim().split("\n"))
          assert.ok(String(example[index]?.inputs?.[name]).includes(line), `${task}: ${name}: ${line}`);
  });
});
