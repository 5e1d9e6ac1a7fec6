// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of pipelines look like this
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PipelineError } from "../../local/agent/yaml/node.ts";
import { runFixture } from "./run-fixture.ts";

/** What a pipeline may hold that cannot run here: a name, the YAML, and what is said with line and column. */
const cases: [string, string, RegExp][] = [
  [
    "a step of another kind",
    "steps:\n  - script: echo\n  - pwsh: Get-Date",
    /:3:5: a step of kind pwsh is not supported \(supported: task, script/,
  ],
  ["a task of nobody's", "steps:\n  - task: Maven@4", /:2:5: the task Maven@4 is not supported/],
  [
    "another version of a task",
    "steps:\n  - task: Bash@2",
    /:2:5: Bash@2 is not supported here \(Bash@3 is\)/,
  ],
  [
    "a task without its version",
    "steps:\n  - task: Bash",
    /:2:5: task: Bash must be the name of a task and its major version/,
  ],
  [
    "an input that does not work here",
    "steps:\n  - task: Bash@3\n    inputs: { bashEnvValue: x }",
    /:2:5: the input bashenvvalue of Bash/,
  ],
  [
    "a required input that is missing",
    "steps:\n  - task: Stages@1\n    inputs: { needed: '' }",
    /:2:5: Stages needs its input needed/,
  ],
  [
    "a field that steps have not",
    "steps:\n  - script: echo\n    target: host",
    /:3:5: target is not supported in a script step/,
  ],
  [
    "a container",
    "resources:\n  containers: []\nsteps:\n  - script: echo",
    /:1:1: resources is not supported in a pipeline/,
  ],
  [
    "a job of the server's",
    "jobs:\n  - job: a\n    container: ubuntu\n    steps: []",
    /:3:5: container is not supported in a job/,
  ],
  [
    "another repository",
    "steps:\n  - checkout: git://other",
    /:2:5: checkout: git:\/\/other is not supported/,
  ],
  [
    "a template of another repository",
    "steps:\n  - template: a.yml@shared",
    /:2:15: the template a\.yml@shared of another repository/,
  ],
  [
    "a template that is missing",
    "steps:\n  - template: nowhere.yml",
    /:2:15: Reading the pipeline .*nowhere\.yml failed: there is no such file/,
  ],
  [
    "a template that includes itself",
    "steps:\n  - template: pipeline.yml",
    /:2:15: the template pipeline\.yml includes itself/,
  ],
  [
    "a rolling deployment",
    "jobs:\n  - deployment: a\n    strategy: { rolling: {} }",
    /:3:17: rolling is not supported in a deployment's strategy/,
  ],
  [
    "an unknown function",
    "steps:\n  - script: echo\n    condition: shout()",
    /:3:16: condition: the function shout is not supported/,
  ],
  [
    "a function with too few arguments",
    "steps:\n  - script: echo\n    condition: eq(1)",
    /:3:16: condition: the function eq takes 2 arguments, not 1/,
  ],
  [
    "a status function in a variable",
    "variables:\n  a: $[ succeeded() ]\nsteps:\n  - script: echo",
    /:2:6: \$\[ succeeded\(\) \]: the function succeeded is not supported/,
  ],
  [
    "a wrong template expression",
    "steps:\n  - script: ${{ parameter.x }}",
    /:2:13: \$\{\{ parameter\.x \}\}: parameter is not known here/,
  ],
  [
    "an else without an if",
    "steps:\n  - ${{ else }}:\n      - script: echo",
    /:2:5: \$\{\{ else \}\} has no \$\{\{ if \}\} before it/,
  ],
  [
    "a parameter without a value",
    "parameters:\n  - name: a\nsteps:\n  - script: echo",
    /:1:1: the parameter a has no default and must be given/,
  ],
  [
    "a parameter of another type",
    "parameters:\n  - { name: a, type: number, default: one }\nsteps: []",
    /:2:39: the parameter a must be a number, which "one" is not/,
  ],
  [
    "a value that is not offered",
    "parameters:\n  - { name: a, values: [x, y], default: z }\nsteps: []",
    /:2:41: the parameter a must be one of x, y/,
  ],
  [
    "an unknown variable group",
    "variables:\n  - group: other\nsteps: []",
    /:2:12: there is no variable group other \(there are: group\)/,
  ],
  [
    "a dependency on nothing",
    "jobs:\n  - job: a\n    dependsOn: b\n    steps: []",
    /:2:5: the job a depends on b, and there is no such job/,
  ],
  [
    "a circle",
    "jobs:\n  - { job: a, dependsOn: b, steps: [] }\n  - { job: b, dependsOn: a, steps: [] }",
    /:2:5: the job a depends on itself \(a → b → a\)/,
  ],
  [
    "two steps of one name",
    "steps:\n  - { script: echo, name: a }\n  - { script: echo, name: A }",
    /:3:5: two steps of this job are named A/,
  ],
  ["a key twice", "steps:\n  - script: a\n    script: b", /:3:5: the key script stands here twice/],
  ["an anchor", "steps:\n  - &a\n    script: echo", /:\d:\d+: YAML anchors and aliases are not supported/],
  ["what is no YAML", "steps:\n  - script: 'open", /:\d:\d+: this is not YAML/],
  ["nothing", "", /:1:1: a pipeline must be a map/],
  ["no steps", "trigger: none", /:1:1: the pipeline has no steps, jobs or stages/],
];

describe("before the first step, with its place, the local agent refuses", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, yaml, expected] of cases)
    it(what, async () => {
      const file = path.join(folder, "pipeline.yml");
      writeFileSync(file, yaml);
      let text = "";
      await assert.rejects(runFixture(file, { onText: (all) => (text = all) }), (error: Error) => {
        assert(error instanceof PipelineError, error.stack);
        assert.match(error.message, expected);
        assert.match(error.message, /^[^\n]*pipeline\.yml[^\n]*\.$/);
        return true;
      });
      assert.equal(text, "");
    });
});
