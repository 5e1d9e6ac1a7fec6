import assert from "node:assert/strict";
import type { StreamingMode } from "../../../shared/streaming/definition.ts";
import { DefinitionError } from "../../../shared/streaming/definition-error.ts";
import { readStreamingDefinition } from "../../../shared/streaming/read-definition.ts";
import { definition } from "./cases/case.ts";
import { cases } from "./cases/cases.ts";

const file = "tests/streaming.yml";
const read = (content: string, mode: StreamingMode = "streaming") =>
  readStreamingDefinition(content, { file, mode });

/** What comes after the name of the file. */
function problemOf(content: string): string {
  try {
    read(content);
  } catch (error) {
    assert.ok(error instanceof DefinitionError, String(error));
    return error.message.replace(`Could not read the streaming test: ${file}:`, "");
  }
  return "no problem";
}

describe("the definition of a streaming test", () => {
  const whole = `
name: Medallion
parameters: { environment: dev, version: 1.10, empty: "", flag: true }
cleanBefore: etl/clean.py
job:
  tasks:
    - { name: setup, notebook: setup.SQL }
    - name: bronze
      notebook: etl/bronze
      parameters: { trigger: once, layer: bronze }
      dependsOn: [setup]
  parameters: { trigger: none, source: landing, __proto__: x }
  parametersIn:
    streaming: { trigger: continuous }
    batch: { trigger: availableNow }
  clusterConfig: clusters/job.json
ready: { within: 30m, notebook: validate-setup, parameters: { rows: 3 }, every: 1s }
validateOn: serverless
iterations:
  - name: First invoices
    produce: { notebook: produce, parameters: { payload: 1 } }
    validate: { notebook: validate, parameters: { payload: 1 }, within: 1h30m10s, every: 500ms }
  - name: Second invoices
    produce: { files: [./payloads/*.json, "!payloads/old.json"], to: "/Volumes/main/{environment}/landing/" }
    validate: validate
cleanAfter: { notebook: etl/clean }
`;

  it("reads every field of a definition", () => {
    assert.deepEqual(read(whole), {
      name: "Medallion",
      parameters: { environment: "dev", version: "1.10", empty: "", flag: "true" },
      cleanBefore: { notebook: "etl/clean", parameters: {} },
      job: {
        kind: "created",
        tasks: [
          {
            key: "setup",
            notebook: "setup",
            parameters: { trigger: "continuous", source: "landing", ["__proto__"]: "x" },
            dependsOn: [],
          },
          {
            key: "bronze",
            notebook: "etl/bronze",
            parameters: { trigger: "once", source: "landing", ["__proto__"]: "x", layer: "bronze" },
            dependsOn: ["setup"],
          },
        ],
        compute: { kind: "jobCluster", clusterConfig: "clusters/job.json" },
      },
      ready: {
        withinSeconds: 1800,
        validate: {
          notebook: "validate-setup",
          parameters: { rows: "3" },
          withinSeconds: 1800,
          everySeconds: 1,
        },
      },
      validateOn: { kind: "serverless" },
      iterations: [
        {
          name: "First invoices",
          produce: { kind: "notebook", notebook: "produce", parameters: { payload: "1" } },
          validate: {
            notebook: "validate",
            parameters: { payload: "1" },
            withinSeconds: 5410,
            everySeconds: 0.5,
          },
        },
        {
          name: "Second invoices",
          produce: {
            kind: "files",
            globs: ["payloads/*.json", "!payloads/old.json"],
            to: "/Volumes/main/{environment}/landing",
          },
          validate: { notebook: "validate", parameters: {}, withinSeconds: 300 },
        },
      ],
      cleanAfter: { notebook: "etl/clean", parameters: {} },
    });
  });

  it("has defaults for what is left out", () => {
    assert.deepEqual(read(definition("")), {
      name: "streaming",
      parameters: {},
      job: {
        kind: "created",
        tasks: [{ key: "notebook", notebook: "run", parameters: {}, dependsOn: [] }],
      },
      ready: { withinSeconds: 1200 },
      iterations: [
        {
          name: "A",
          produce: { kind: "notebook", notebook: "p", parameters: {} },
          validate: { notebook: "v", parameters: {}, withinSeconds: 300 },
        },
      ],
    });
  });

  it("takes the name of the test from its file without extension", () => {
    const nameOf = (name: string) =>
      readStreamingDefinition(definition(""), { file: name, mode: "streaming" }).name;
    assert.equal(nameOf("/repository/tests/medallion.streaming.yml"), "medallion.streaming");
    assert.equal(nameOf("tests\\medallion.yaml"), "medallion");
    assert.equal(nameOf("medallion"), "medallion");
    assert.equal(nameOf(".yml"), ".yml");
  });

  it("gives the job the parameters of the mode", () => {
    const { job } = read(whole, "batch");
    assert.equal(job.kind === "created" && job.tasks[0]?.parameters.trigger, "availableNow");
    const existing = "job: { existing: Load, parameters: { a: 1 }, parametersIn: { batch: { a: 2, b: 3 } } }";
    assert.deepEqual(read(definition(existing), "batch").job, {
      kind: "existing",
      name: "Load",
      parameters: { a: "2", b: "3" },
    });
    assert.deepEqual(read(definition(existing)).job, {
      kind: "existing",
      name: "Load",
      parameters: { a: "1" },
    });
  });

  it("knows each kind of compute", () => {
    const compute = (lines: string) => {
      const { job, validateOn } = read(definition(lines));
      return job.kind === "created" && [job.compute, validateOn];
    };
    assert.deepEqual(compute("job: { notebook: run, serverless: true }\nvalidateOn: cluster"), [
      { kind: "serverless" },
      { kind: "stepCluster" },
    ]);
    assert.deepEqual(compute("validateOn: { clusterConfig: c.json }"), [
      undefined,
      { kind: "jobCluster", clusterConfig: "c.json" },
    ]);
  });

  for (const { what, content, problem } of cases)
    it(`a definition with ${what} is ${problem ? "refused with line and field" : "accepted"}`, () => {
      assert.match(problemOf(content), problem ?? /^no problem$/);
    });

  it("names the lines of all problems, and gives advice on the first", () => {
    const content = definition("name: 7\nready: { within: 5 }\nvalidateOn: x\n");
    assert.equal(
      problemOf(content),
      '1: name is "7" (more problems in lines 2, 3); give a line of text of at most 200 characters without invisible ones, in quotes if it looks like a number.',
    );
  });

  it("refuses what makes a small file large, and documents that nobody would write", () => {
    assert.match(
      problemOf("job: &a { notebook: run }\niterations: [*a]"),
      /^2: it uses an alias; write the value again/,
    );
    assert.match(problemOf("a: 1\n---\nb: 1\n"), /^\d: it has more than one YAML document/);
    assert.match(problemOf("job: [\n"), /^\d: it is not valid YAML/);
    assert.match(problemOf("job: !!js/function x\n"), /^1: it is not valid YAML/);
    assert.match(problemOf(`job: ${"[".repeat(100_000)}`), /^1: it is nested too deep/);
    assert.match(
      problemOf(`job: ${"{ a: ".repeat(3_000)}1${" }".repeat(3_000)}`),
      /^1: it is nested too deep/,
    );
    assert.match(
      problemOf(definition(`parameters: { ${"x: 1, ".repeat(20_000)} }`)),
      /^1: the key "x" in parameters is there twice/,
    );
    assert.equal(
      problemOf(`# ${"x".repeat(600 * 1024)}`),
      `Could not read the streaming test: ${file} is larger than 512 KB; divide its iterations among several definitions, and pass long parameters in a file or a table.`,
    );
  });

  it("keeps the names of every object as names of parameters, and texts that look like commands as texts", () => {
    const { parameters, name } = read(
      definition(
        'name: "##vso[task.complete result=Succeeded]"\nparameters: { __proto__: x, constructor: y }',
      ),
    );
    assert.equal(name, "##vso[task.complete result=Succeeded]");
    assert.deepEqual(Object.entries(parameters), [
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
    assert.match(
      problemOf(definition("job: { notebook: run, __proto__: { existing: x } }")),
      /^1: unknown key "__proto__" in job/,
    );
    assert.match(problemOf(definition("name: a\u202eb")), /^1: name is "ab"; give/);
    assert.match(problemOf(definition("n\u200bame: a")), /^1: unknown key "name"; did you mean "name"\?/);
  });
});
