import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { readScenarios } from "../../../shared/notebook/scenarios/read-scenarios.ts";
import { schemaProblems } from "../../harness/json-schema.ts";
import { one, scenarioProblems } from "./scenario-problems.ts";

const file = "notebook-scenarios.schema.json";
const docs = path.join(import.meta.dirname, "..", "..", "..", "docs");

describe("the JSON schema of the list of scenarios", () => {
  let found: (string | null)[] = [];
  before(() => {
    found = schemaProblems(
      file,
      scenarioProblems.map(([, content]) => content),
    );
  });

  for (const [index, [what, , , onlyReader]] of scenarioProblems.entries())
    it(`${onlyReader ? `accepts a list of scenarios with ${what}: only the reader ${onlyReader}` : `refuses a list of scenarios with ${what}`}`, () => {
      if (onlyReader) assert.equal(found[index], null);
      else assert.equal(typeof found[index], "string");
    });

  it("has the fields of the reader, whose examples both accept", () => {
    const { definitions } = JSON.parse(readFileSync(path.join(docs, "schema", file), "utf8"));
    const fields: Record<string, { examples?: unknown[]; description?: string }> =
      definitions.scenario.properties;
    assert.throws(
      () => readScenarios(one("zzzzzzzzzzzz: 1")),
      (error: Error) => error.message.includes(`use one of ${Object.keys(fields).join(", ")}`),
    );
    const contents = Object.entries(fields).flatMap(([name, { examples = [] }]) =>
      examples.map((example) => {
        const own = name === "job" ? { name: "A" } : { name: "A", notebook: "a" };
        return JSON.stringify({ scenarios: [{ ...own, [name]: example }] });
      }),
    );
    const page = readFileSync(path.join(docs, "scenarios.md"), "utf8");
    contents.push(/```yaml\n(.*?)```/s.exec(page)![1]!, "scenarios:\n");
    for (const content of contents) readScenarios(content);
    assert.deepEqual(
      schemaProblems(file, contents).map((problem, index) => problem && `${contents[index]}: ${problem}`),
      contents.map(() => null),
    );
  });
});
