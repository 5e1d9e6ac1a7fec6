import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { readStreamingDefinition } from "../../../shared/streaming/read-definition.ts";
import { schemaProblems } from "../../harness/json-schema.ts";
import { definition } from "./cases/case.ts";
import { cases } from "./cases/cases.ts";

const root = path.join(import.meta.dirname, "..", "..", "..");
const file = "streaming-test.schema.json";
const schema = readFileSync(path.join(root, "docs", "schema", file), "utf8");

function readerAccepts(content: string): boolean {
  try {
    readStreamingDefinition(content, { file: "a.yml", mode: "batch" });
    return true;
  } catch {
    return false;
  }
}

interface SchemaPart {
  properties?: Record<string, SchemaPart>;
  examples?: unknown[];
  default?: unknown;
  description?: string;
}

describe("the JSON schema of a streaming test", () => {
  let found: (string | null)[] = [];
  before(() => {
    found = schemaProblems(
      file,
      cases.map(({ content }) => content),
    );
  });

  for (const [index, { what, problem, onlyReader }] of cases.entries())
    it(`${problem && !onlyReader ? "refuses" : "accepts"} a definition with ${what}${onlyReader ? `: only the reader ${onlyReader}` : ""}`, () => {
      const message = found[index];
      if (problem && !onlyReader) assert.equal(typeof message, "string");
      else assert.equal(message, null);
    });

  /** The objects of the schema by the definition of the reader's path to them. */
  const objects = (): Record<string, SchemaPart> => {
    const { definitions, ...top } = JSON.parse(schema);
    const stepOf = definitions.step.anyOf[1];
    return {
      "": top,
      job: definitions.job,
      "job.tasks[0]": definitions.task,
      "job.parametersIn": definitions.job.properties.parametersIn,
      ready: top.properties.ready,
      validateOn: top.properties.validateOn.anyOf[1],
      cleanBefore: stepOf,
      "iterations[0]": definitions.iteration,
      "iterations[0].produce": definitions.payload,
      "iterations[0].validate": definitions.validation,
    };
  };

  it("has the fields of the reader, each with a description", () => {
    const unknown = "zzzzzzzzzzzz: 1";
    const iteration = (fields: string) => definition(`iterations: [{ name: A, ${fields} }]`);
    const contents: Record<string, string> = {
      "": definition(unknown),
      job: definition(`job: { ${unknown} }`),
      "job.tasks[0]": definition(`job: { tasks: [{ ${unknown} }] }`),
      "job.parametersIn": definition(`job: { notebook: a, parametersIn: { ${unknown} } }`),
      ready: definition(`ready: { ${unknown} }`),
      validateOn: definition(`validateOn: { ${unknown} }`),
      cleanBefore: definition(`cleanBefore: { ${unknown} }`),
      "iterations[0]": iteration(unknown),
      "iterations[0].produce": iteration(`produce: { ${unknown} }, validate: v`),
      "iterations[0].validate": iteration(`produce: p, validate: { ${unknown} }`),
    };
    for (const [name, part] of Object.entries(objects())) {
      const keys = Object.keys(part.properties!);
      assert.throws(
        () => readStreamingDefinition(contents[name]!, { file: "a.yml", mode: "batch" }),
        (error: Error) =>
          error.message.includes(`${name ? ` in ${name}` : ""}; use one of ${keys.join(", ")}`),
        `${name}: ${keys.join(", ")}`,
      );
    }
  });

  it("accepts the definitions of the documentation, and so does the reader", () => {
    const page = readFileSync(path.join(root, "docs", "streaming.md"), "utf8");
    const blocks = [...page.matchAll(/<!-- definition: \w+ -->\n\n```yaml\n(.*?)```/gs)];
    const contents = blocks.map(([, lines]) => definition(lines!));
    assert.equal(contents.length, 3);
    for (const content of contents) assert.ok(readerAccepts(content), content);
    assert.deepEqual(schemaProblems(file, contents), [null, null, null]);
  });

  it("has examples that it and the reader accept", () => {
    const { definitions, ...top } = JSON.parse(schema);
    const contents = [
      ...examplesOf(top).map(([key, value]) => definition(`${key}: ${JSON.stringify(value)}`)),
      ...examplesOf(definitions.job).map(([key, value]) =>
        definition(
          `job: ${JSON.stringify(key === "notebook" || key === "existing" ? { [key]: value } : { notebook: "run", [key]: value })}`,
        ),
      ),
      ...examplesOf(definitions.iteration).map(([key, value]) =>
        definition(
          `iterations: ${JSON.stringify([{ name: "A", produce: "p", validate: "v", [key]: value }])}`,
        ),
      ),
      ...examplesOf(definitions.validation).map(([key, value]) =>
        definition(
          `iterations: ${JSON.stringify([{ name: "A", produce: "p", validate: { notebook: "v", [key]: value } }])}`,
        ),
      ),
      ...examplesOf(definitions.payload).map(([key, value]) =>
        definition(
          `iterations: ${JSON.stringify([{ name: "A", produce: { files: "a", to: "dbfs:/a", [key]: value }, validate: "v" }])}`,
        ),
      ),
    ];
    assert.ok(contents.length > 15);
    for (const content of contents) assert.ok(readerAccepts(content), content);
    assert.deepEqual(
      schemaProblems(file, contents).map((problem, index) => problem && `${contents[index]}: ${problem}`),
      contents.map(() => null),
    );
  });
});

/** Each example of a field, with the name of the field. */
function examplesOf(part: SchemaPart): [key: string, value: unknown][] {
  return Object.entries(part.properties ?? {}).flatMap(([key, { examples, default: value }]) =>
    [...(examples ?? []), ...(value === undefined ? [] : [value])].map((example): [string, unknown] => [
      key,
      example,
    ]),
  );
}
