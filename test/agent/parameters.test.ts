// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of pipelines look like this
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parsePipeline } from "../../local/agent/yaml/parse-pipeline.ts";
import { PipelineRefused } from "../../local/agent/yaml/problems.ts";

const yaml = `parameters:
  - { name: text, default: none }
  - { name: count, type: number, default: 1 }
  - { name: loud, type: boolean, default: true }
  - { name: list, type: object, default: [a] }
  - { name: stage, values: [dev, prod], default: dev }
variables:
  found: "\${{ parameters.text }} \${{ parameters.count }} \${{ parameters.loud }} \${{ join('+', parameters.list) }} \${{ parameters.stage }}"
steps:
  - script: echo
`;

describe("the parameters of a pipeline", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    writeFileSync(path.join(folder, "pipeline.yml"), yaml);
  });
  after(() => rmSync(folder, { recursive: true }));

  const found = (parameters: Record<string, string>) =>
    parsePipeline({ file: path.join(folder, "pipeline.yml"), parameters, variables: {}, variableGroups: {} })
      .variables[0]!.value;

  for (const [given, expected] of [
    [{}, "none 1 True a dev"],
    [{ TEXT: "[b]", count: "2.5", loud: "FALSE" }, "[b] 2.5 False a dev"],
    [{ list: '["b", 3]' }, "none 1 True b+3 dev"],
    [{ stage: "PROD" }, "none 1 True a PROD"],
  ] as [Record<string, string>, string][])
    it(`the parameters of a pipeline have their given values, else their defaults: ${JSON.stringify(given)}`, () =>
      assert.equal(found(given), expected));

  for (const [given, expected] of [
    [{ txt: "x" }, /there is no parameter txt; did you mean "text"\?$/],
    [{ weather: "x" }, /there is no parameter weather; there are text, count, loud, list, stage\.$/],
    [{ count: "two" }, /the parameter count must be a number, not "two"; write digits, such as 4 or 2\.5\.$/],
    [{ count: " " }, /the parameter count must be a number/],
    [{ loud: "yes" }, /the parameter loud must be a boolean, not "yes"; write true or false\.$/],
    [{ list: "[b" }, /the parameter list is an object; give it as JSON\.$/],
    [{ stage: "test" }, /"test" is not a value of the parameter stage; its values are dev, prod\.$/],
  ] as [Record<string, string>, RegExp][])
    it(`the parameters of a pipeline are refused with the reason: ${JSON.stringify(given)}`, () =>
      assert.throws(
        () => found(given),
        (error) => error instanceof PipelineRefused && expected.test(error.message),
      ));
});
