// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of pipelines look like this
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { assertRefused } from "./refused-pipeline.ts";
import { runFixture } from "./run-fixture.ts";

/** What is misspelt, the YAML, and the message from its line and column on. */
const cases: [what: string, yaml: string, expected: RegExp][] = [
  [
    "a key of the pipeline",
    "varaibles: {}\nsteps: []",
    /:1:1: the key "varaibles" is not supported in a pipeline; did you mean "variables"\?$/,
  ],
  [
    "a key of a stage",
    "stages:\n  - stage: a\n    dependson: []\n    jobs: []",
    /:3:5: the key "dependson" is not supported in a stage; did you mean "dependsOn"\?$/,
  ],
  [
    "a key of a job",
    "jobs:\n  - job: a\n    timeoutMinutes: 3\n    steps: []",
    /:3:5: the key "timeoutMinutes" is not supported in a job; did you mean "timeoutInMinutes"\?$/,
  ],
  [
    "a key of a deployment",
    "jobs:\n  - deployment: a\n    enviroment: test\n    strategy: {}",
    /:3:5: the key "enviroment" is not supported in a deployment; did you mean "environment"\?$/,
  ],
  [
    "a key of a deployment's strategy",
    "jobs:\n  - deployment: a\n    strategy: { runonce: {} }",
    /:3:17: the key "runonce" is not supported in a deployment's strategy; did you mean "runOnce"\?$/,
  ],
  [
    "a key of a step",
    "steps:\n  - script: echo\n    dispalyName: a",
    /:3:5: the key "dispalyName" is not supported in a script step; did you mean "displayName"\?$/,
  ],
  [
    "a key of a variable",
    "variables:\n  - name: a\n    vale: b\nsteps: []",
    /:3:5: the key "vale" is not supported in a variable; did you mean "value"\?$/,
  ],
  [
    "the kind of a step",
    "steps:\n  - scrpt: echo",
    /:2:5: the step "scrpt" is not supported; did you mean "script"\?$/,
  ],
  [
    "the word template",
    "steps:\n  - tempalte: a.yml",
    /:2:5: the step "tempalte" is not supported; did you mean "template"\?$/,
  ],
  [
    "a built-in task",
    "steps:\n  - task: PublishTestResult@2",
    /:2:5: the task PublishTestResult@2 is not supported; did you mean "PublishTestResults"\?$/,
  ],
  [
    "a task of the extension",
    "steps:\n  - task: Stubborm@1",
    /:2:5: the task Stubborm@1 is not supported; did you mean "Stubborn"\?$/,
  ],
  [
    "an input of a task",
    "steps:\n  - task: Stages@1\n    inputs: { neded: x }",
    /:2:5: the task Stages has no input neded that is supported; did you mean "needed"\?$/,
  ],
  [
    "an alias of an input",
    "steps:\n  - task: PublishPipelineArtifact@1\n    inputs: { tragetPath: x }",
    /:2:5: the task PublishPipelineArtifact has no input tragetPath that is supported; did you mean "targetPath"\?$/,
  ],
  [
    "a checkout",
    "steps:\n  - checkout: selv",
    /:2:5: checkout: selv is not supported; did you mean "self"\?$/,
  ],
  [
    "a download",
    "steps:\n  - download: curent",
    /:2:5: download: curent is not supported; did you mean "current"\?$/,
  ],
  [
    "a job in dependsOn",
    "jobs:\n  - { job: build, steps: [] }\n  - { job: test, dependsOn: buld, steps: [] }\n  - { job: guild, steps: [] }",
    /:3:5: the job test depends on the job buld, which does not exist; did you mean "build"\?$/,
  ],
  [
    "a stage in dependsOn",
    "stages:\n  - { stage: Release, jobs: [] }\n  - { stage: Check, dependsOn: Relase, jobs: [] }",
    /:3:5: the stage Check depends on the stage Relase, which does not exist; did you mean "Release"\?$/,
  ],
  [
    "a variable group",
    "variables:\n  - group: weather-stagin\nsteps: []",
    /:2:12: there is no variable group weather-stagin; did you mean "weather-staging"\?$/,
  ],
  [
    "a key of a parameter",
    "parameters:\n  - name: a\n    defualt: x\nsteps: []",
    /:3:5: the key "defualt" is not supported in a parameter; did you mean "default"\?$/,
  ],
  [
    "the type of a parameter",
    "parameters:\n  - name: a\n    type: bolean\nsteps: []",
    /:2:5: the type bolean of the parameter a is not supported; did you mean "boolean"\?$/,
  ],
  [
    "a value of a parameter",
    "parameters:\n  - { name: a, values: [staging, production], default: stagin }\nsteps: []",
    /:2:56: "stagin" is not a value of the parameter a; did you mean "staging"\?$/,
  ],
  [
    "a template",
    "steps:\n  - template: setps.yml",
    /:2:15: there is no template setps\.yml; did you mean "steps\.yml"\?$/,
  ],
  [
    "a parameter of a template",
    "steps:\n  - template: steps.yml\n    parameters: { regoin: x }",
    /:3:19: there is no parameter regoin; did you mean "region"\?$/,
  ],
  [
    "the word parameters beside a template",
    "steps:\n  - template: steps.yml\n    paramters: {}",
    /:3:5: the key "paramters" is not supported in an item with template; did you mean "parameters"\?$/,
  ],
  [
    "a key of a template",
    "steps:\n  - template: wrong.yml",
    /wrong\.yml:1:1: the key "stepps" is not supported in a template of steps; did you mean "steps"\?$/,
  ],
  [
    "a service connection",
    "steps:\n  - task: Stages@1\n    inputs: { needed: x, connection: weather-azur }",
    /:2:5: the input connection of the task Stages names the service connection weather-azur, which does not exist; did you mean "weather-azure"\?$/,
  ],
  [
    "a function in a condition",
    "steps:\n  - script: echo\n    condition: startWith(variables.a, 'b')",
    /:3:16: condition: the function startWith is not supported; did you mean "startsWith"\?$/,
  ],
  [
    "a status function",
    "steps:\n  - script: echo\n    condition: succeded()",
    /:3:16: condition: the function succeded is not supported; did you mean "succeeded"\?$/,
  ],
  [
    "a function in a template expression",
    "steps:\n  - script: ${{ uper('a') }}",
    /:2:13: \$\{\{ uper\('a'\) \}\}: the function uper is not supported; did you mean "upper"\?$/,
  ],
  [
    "a name in a template expression",
    "steps:\n  - script: ${{ parameter.x }}",
    /:2:13: \$\{\{ parameter\.x \}\}: parameter is not known here; did you mean "parameters"\?$/,
  ],
  [
    "a directive",
    "jobs:\n  - job: a\n    ${{ if true }}:\n      steps: []\n    ${{ elsif true }}:\n      steps: []",
    /:5:5: the directive \$\{\{ elsif \}\} is not supported; did you mean "elseif"\?$/,
  ],
];
const templates = {
  "steps.yml": "parameters:\n  - { name: region, default: north }\nsteps: []\n",
  "wrong.yml": "stepps: []\n",
};

describe("misspelt names in a pipeline", () => {
  for (const [what, yaml, expected] of cases)
    it(`a misspelt name in a pipeline is refused with the nearest known name: ${what}`, () =>
      assertRefused(yaml, expected, templates));

  describe("that are only known when the step runs", () => {
    let folder: string;
    let file: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
      file = path.join(folder, "pipeline.yml");
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("fails the running step that names a misspelt artifact, with the nearest one", async () => {
      writeFileSync(
        file,
        "steps:\n  - checkout: none\n  - script: mkdir $(Pipeline.Workspace)/x\n  - publish: $(Pipeline.Workspace)/x\n    artifact: reports\n  - download: current\n    artifact: report\n",
      );
      const { text } = await runFixture(file);
      assert.match(
        text,
        /error: Could not download the artifact report: the run has not published it; did you mean "reports"\?$/m,
      );
    });

    it("fails the running step that prints a misspelt logging command, with the nearest one", async () => {
      writeFileSync(
        file,
        `steps:\n  - checkout: none\n  - script: 'echo "##vso[task.setvarible variable=a]1"'\n`,
      );
      const { text } = await runFixture(file);
      assert.match(
        text,
        /error: Could not run ##vso\[task\.setvarible\]: there is no such command; did you mean "task\.setvariable"\?$/m,
      );
    });
  });

  describe("of variables", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const run = async (steps: string, variable = "target: a") => {
      const file = path.join(folder, "pipeline.yml");
      writeFileSync(
        file,
        `variables: { packageVersion: 1.2.3, ${variable} }\nsteps:\n  - checkout: none\n${steps}`,
      );
      return (await runFixture(file)).text.match(/warning: .*/g) ?? [];
    };

    it("a misspelt variable in a script gets a warning with the nearest one", async () => {
      assert.deepEqual(await run('  - script: echo "$(packageVerson)" || true'), [
        'warning: The input script contains $(packageVerson), a variable that nothing has set; did you mean "packageVersion"?',
      ]);
    });

    it("an unset variable in the environment of a step gets a warning, whether one is near or not", async () => {
      assert.deepEqual(
        await run(
          '  - script: echo\n    env: { A: "$(PackageVersio)", B: "x $(Absent)", C: "$(packageVersion)" }',
        ),
        [
          'warning: The environment variable A of the step contains $(PackageVersio), a variable that nothing has set; did you mean "packageVersion"?',
          "warning: The environment variable B of the step contains $(Absent), a variable that nothing has set; define the variable.",
        ],
      );
    });

    it("a misspelt variable in an input that no shell reads gets a warning", async () => {
      assert.deepEqual(
        await run("  - publish: $(Pipeline.Workspase)\n    artifact: a\n    continueOnError: true"),
        [
          'warning: The input targetPath contains $(Pipeline.Workspase), a variable that nothing has set; did you mean "Pipeline.Workspace"?',
        ],
      );
    });

    it("an unset variable in the value of another one gets a warning", async () => {
      assert.deepEqual(
        await run(
          "  - publish: $(target)\n    artifact: a\n    continueOnError: true",
          "target: a-$(Absent)",
        ),
        [
          "warning: The input targetPath contains $(Absent), a variable that nothing has set; define the variable.",
        ],
      );
    });

    it("a command that a script runs gets no warning", async () => {
      assert.deepEqual(await run('  - script: echo "$(date)" "$(uname -s)" "$(pwd)"'), []);
    });
  });

  it("a misspelt path of the pipeline itself is refused with the nearest file", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    try {
      writeFileSync(path.join(folder, "azure-pipelines.yml"), "steps: []");
      await assert.rejects(runFixture(path.join(folder, "azure-pipeline.yml")), {
        message: `Could not read the pipeline ${path.relative(process.cwd(), path.join(folder, "azure-pipeline.yml"))}: there is no such file; did you mean "azure-pipelines.yml"?`,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
