// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of pipelines look like this
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parsePipeline } from "../../local/agent/yaml/parse-pipeline.ts";
import { runFixture } from "./run-fixture.ts";

/*
 * docs:   https://learn.microsoft.com/azure/devops/pipelines/process/variables and …/process/expressions
 * server: testworkflows/azpipelines of ChristopherHX/runner.server, pipelines that were held against the service
 */

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
});
after(() => rmSync(folder, { recursive: true }));

function fileOf(files: Record<string, string>): string {
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return path.join(folder, "pipeline.yml");
}

/** The script of the pipeline's last step. */
function script(
  yaml: string,
  templates: Record<string, string> = {},
  variables: Record<string, string> = {},
) {
  const pipeline = parsePipeline({
    file: fileOf({ "pipeline.yml": yaml, ...templates }),
    parameters: {},
    variables: { "Build.Reason": "Manual", ...variables },
    variableGroups: { group: { grouped: "1" } },
  });
  return pipeline.stages.at(-1)!.jobs.at(-1)!.steps.at(-1)!.inputs.script;
}

describe("the variables that ${{ }} knows", () => {
  const echo = (...names: string[]) =>
    `steps: [{ script: "${names.map((name) => `\${{ variables.${name} }}`).join(" ")}" }]`;
  const cases: Record<string, [yaml: string, expected: string, templates?: Record<string, string>]> = {
    "each knows those before it, in a map (server: staticvars)": [
      `variables: { late: "\${{ variables.c }}", a: 1, B: "\${{ variables.A }}-x", c: "\${{ variables.b }}-y" }\n${echo("late", "a", "b", "c")}`,
      " 1 1-x 1-x-y",
    ],
    "each knows those before it, in a list": [
      `variables: [{ name: a, value: 1 }, { name: b, value: "\${{ variables.a }}-x" }, { name: a, value: "\${{ variables.b }}!" }]\n${echo("a", "b")}`,
      "1-x! 1-x",
    ],
    "each knows those inserted before it (server: dynamic-variable-interpolation)": [
      `variables:
  - \${{ if false }}:
      - { name: a, value: no }
  - \${{ else }}:
      - { name: a, value: s3 }
      - { name: b, value: "\${{ variables.a }}-1" }
  - \${{ if variables.a }}:
      - { name: c, value: "\${{ variables.b }}-2" }
  - { name: n0, value: loop }
  - \${{ each x in split('0,1|1,2', '|') }}:
      - name: n\${{ split(x, ',')[1] }}
        value: \${{ variables[format('n{0}', split(x, ',')[0])] }}-\${{ split(x, ',')[1] }}
${echo("a", "b", "c", "n1", "n2")}`,
      "s3 s3-1 s3-1-2 loop-1 loop-1-2",
    ],
    "each knows those inserted before it, in a map (server: dynamic-variable-interpolation-legacy)": [
      `variables:
  \${{ if eq(1, 2) }}:
    a: no
  \${{ else }}:
    a: s3
    b: \${{ variables.a }}-1
  \${{ if variables.a }}:
    c: \${{ variables.b }}-2
  d: \${{ variables.c }}-3
${echo("a", "b", "c", "d")}`,
      "s3 s3-1 s3-1-2 s3-1-2-3",
    ],
    "each knows those of templates before it (server: static-template-vars-fully-dynamic)": [
      `variables:
  - { name: prefix, value: re }
  - { template: vars.yml, parameters: { suffix: "\${{ variables.prefix }}-1" } }
  - { name: config, value: "TEST-\${{ variables.built }}" }
${echo("config")}`,
      "TEST-re-1 of re",
      {
        "vars.yml": `parameters: [{ name: suffix }]
variables: { given: "\${{ parameters.suffix }}", built: "\${{ variables.given }} of \${{ variables.prefix }}" }`,
      },
    ],
    "a list of variables can be a parameter (server: variables-parameter)": [
      `parameters: [{ name: all, type: object, default: [{ name: x, value: e }] }]
variables: \${{ parameters.all }}
${echo("x")}`,
      "e",
    ],
    "a variable of a job is known in the job only (server: override-same-variable-name-in-different-scope)": [
      `variables: { test: val0, other: o }
jobs:
  - { job: a, variables: { TEST: val1 }, steps: [{ script: "\${{ variables.test }}" }] }
  - job: b
    variables: [{ name: own, value: "\${{ variables.test }}-\${{ variables.other }}" }]
    ${echo("test", "own")}`,
      "val0 val0-o",
    ],
    "a variable of a stage is known in its jobs": [
      `variables: { a: 1 }
stages:
  - stage: s
    variables: { b: "\${{ variables.a }}2" }
    jobs: [{ job: j, variables: { c: "\${{ variables.b }}3" }, ${echo("a", "b", "c")} }]`,
      "1 12 123",
    ],
    "those of groups, macros and $[ ] are not evaluated before the run (server: staticvargroupfromcli)": [
      `variables:
  - group: group
  - { name: a, value: "$(grouped)" }
  - { name: b, value: "$[ variables.a ]" }
${echo("grouped", "a", "b")}`,
      " $(grouped) $[ variables.a ]",
    ],
    "the variables of a template call do not leak": [
      `variables: [{ name: a, value: 1 }]
jobs:
  - template: job.yml
    parameters: { variables: [{ name: a, value: 2 }] }
  - job: last
    ${echo("a")}`,
      "1",
      {
        "job.yml":
          'parameters: { variables: [] }\njobs: [{ job: first, variables: "${{ parameters.variables }}", steps: [{ script: echo }] }]',
      },
    ],
  };
  for (const [title, [yaml, expected, templates]] of Object.entries(cases))
    it(title, () => assert.equal(script(yaml, templates), expected));

  it("those of the command line and the predefined ones stay as they are in the run", () => {
    const yaml = `variables: { a: 1, build.reason: Other, b: "\${{ variables.a }}" }\n${echo("a", "b", "['Build.Reason']").replace(".[", "[")}`;
    assert.equal(script(yaml, {}, { A: "given" }), "given given Manual");
  });
});

// https://stackoverflow.com/questions/61860122: "Unable to convert from Array to String. Value: Array"
describe("parameters in texts", () => {
  const declared =
    "parameters: [{ name: list, type: object, default: [a, b] }, { name: map, type: object, default: { a: 1 } }]\n";
  const refused: Record<string, RegExp> = {
    'steps: [{ script: "echo ${{ parameters.list }}" }]':
      /pipeline\.yml:2:19: \$\{\{ parameters\.list \}\}: unable to convert from Array to String, value: Array; use join\(',', …\) or convertToJson\(…\)\.$/,
    'steps: [{ script: "${{ parameters.list }}" }]': /pipeline\.yml:2:11: script must be text/,
    'steps: [{ script: "${{ parameters.map }}!" }]':
      /from Object to String, value: Object; use one of its members/,
    'steps: [{ script: echo, env: { A: "${{ parameters.list }}" } }]': /pipeline\.yml:2:35: A must be text/,
    'variables: { a: "${{ parameters.list }}" }\nsteps: [{ script: echo }]': /the variable a must be text/,
    // https://github.com/ChristopherHX/runner.server/issues/246: Key not found 'maps'
    'steps: [{ script: "${{ parameters.maps }}" }]': /there is no parameter maps; did you mean "map"\?$/,
    // server: expr-syntax-error-is-fatal-even-if-disabled, syntax-validation-report-expr-error-if-false, else-without-colon-error
    'steps: [{ script: echo }, { "${{ if false }}": [{ script: "${{ 3 + 4 }}" }] }]':
      /\$\{\{ 3 \+ 4 \}\}: unexpected "\+"/,
    'steps: [{ script: echo }, { "${{ if false }}": [{ "${{ if and(3 + 4) }}": [{ script: a }] }] }]':
      /unexpected "\+"/,
    'steps: [{ script: echo }, { "${{ if false }}": [{ script: "${{ shout() }}" }] }]':
      /the function shout is not supported/,
    'steps: [{ script: echo }, { "${{ if false }}": ["${{ else }}"] }]': /else is not known here/,
  };
  for (const [yaml, message] of Object.entries(refused))
    it(`are refused: ${yaml}`, () => assert.throws(() => script(declared + yaml), { message }));

  it("are members, lists of steps, joined texts or JSON", () => {
    const steps =
      'steps: [{ "${{ if false }}": [{ "${{ each x in parameters.none }}": [{ script: "${{ x.y }}" }] }] }, { script: "${{ join(\' \', parameters.list) }} ${{ parameters.map.A }} ${{ length(convertToJson(parameters.map)) }}" }]';
    assert.equal(script(declared + steps), "a b 1 14");
  });

  // server: old-style-template-…, typedtemplates-unexpected-parameter, legacy-parameter-passing-test-dotnet-arcade
  it("of the old form of templates need no declaration", () => {
    const call = (template: string) =>
      `steps: [{ template: ${template}, parameters: { test: { script: "echo $(a)" } } }]`;
    const step =
      'steps: ["${{ parameters.test }}", { script: "${{ parameters.none }}|${{ parameters.test.script }}" }]';
    for (const start of ["", "parameters: { other: 1 }\n", "parameters: { test: }\n"])
      assert.equal(script(call("old.yml"), { "old.yml": start + step }), "|echo $(a)");
    assert.throws(
      () => script(call("new.yml"), { "new.yml": `parameters: [{ name: other, default: 1 }]\n${step}` }),
      /no parameter test/,
    );
  });

  it("can be lists of texts, each of which must be allowed", () => {
    const yaml = (value: string) =>
      `parameters: [{ name: choices, type: stringList, default: [${value}], values: [one, two] }]\nsteps: [{ script: "\${{ join(' ', parameters.choices) }}" }]`;
    assert.equal(script(yaml("two, one")), "two one");
    assert.throws(() => script(yaml("one, three")), /"three" is not a value of the parameter choices/);
  });
});

describe("variables in a run", () => {
  it("have the documented values in macros, $[ ], conditions, the environment and the run number, and read-only ones are kept", async () => {
    const file = fileOf({
      "pipeline.yml": `name: $(major).$(patch)_$(SourceBranchName)$(Rev:.r)
variables:
  - { name: major, value: 2 }
  - { name: patch, value: "$[counter(format('{0:yyyyMMdd}', pipeline.startTime), 100)]" }
  - { name: Chain.One, value: "$(Chain.Two)-1" }
  - { name: Chain.Two, value: "$(major)-2" }
  - { name: late, value: "$[format('{0}{1}', variables['Chain.Two'], variables.none)]" }
  - { name: kept, value: yes, readonly: true }
  - { name: Build.SourceBranch, value: mine }
  - { name: from, value: "\${{ variables['Build.BuildId'] }}|\${{ variables['Build.DefinitionName'] }}" }
jobs:
  - job: A
    steps:
      - checkout: none
      - bash: |
          echo 'macros $(chain.one) $(none) $(late) $(from) $(System.TeamProject)'
          echo "environment $CHAIN_ONE \${NONE-unset} \${PASSWORD-unset}"
          echo "number $(Build.BuildNumber)"
          echo "##vso[build.updatebuildnumber]3.0"
          echo "##vso[task.setvariable variable=Id;isoutput=true]7"
          echo "##vso[task.setvariable variable=mine;isreadonly=true]1"
        name: set
      - bash: echo "##vso[task.setvariable variable=kept]no"
        displayName: Overwrite one of the file
        continueOnError: true
      - bash: echo "##vso[task.setvariable variable=mine]no"
        displayName: Overwrite one of a step
        continueOnError: true
      - bash: echo "##vso[task.setvariable variable=queued]no"
        displayName: Overwrite one of the command line
        continueOnError: true
      - bash: echo "kept $(kept) $(mine) $(queued) $(set.Id) $(Build.SourceBranch)"
        condition: and(eq(variables['set.ID'], 7), ne(variables.mine, 'no'))
  - job: B
    dependsOn: A
    variables: { id: "$[ dependencies.A.outputs['set.Id'] ]", none: "$[ dependencies.A.outputs['set.none'] ]" }
    steps:
      - checkout: none
      - bash: echo "second $(id) [$(none)] $(Build.BuildNumber)"
`,
    });
    const { text, record } = await runFixture(file, {
      variables: { queued: "given" },
      secrets: { password: "hidden-one" },
    });
    const branch = /number 2\.100_(\S*?)\.1\n/.exec(text)?.[1];
    assert.match(text, new RegExp(`^Pipeline .*, run 2\\.100_${branch}\\.1\\n`));
    assert.match(text, /macros 2-2-1 \$\(none\) 2-2 \|notebook-ops-test-\w+ local\n/);
    assert.match(text, /environment 2-2-1 unset unset\n/);
    assert.match(text, /kept yes 1 given 7 (?!mine)/);
    assert.match(text, /second 7 \[\] 3\.0\n/);
    assert.match(
      text,
      /warning: .*pipeline\.yml:9:40: the variable Build\.SourceBranch is predefined and read-only/,
    );
    const overwritten = [...text.matchAll(/overwriting the read-only variable (\w+) is not permitted/g)];
    assert.deepEqual([...new Set(overwritten.map(([, name]) => name))], ["kept", "mine", "queued"]);
    assert.deepEqual(
      record.jobs.map(({ result }) => result),
      ["succeededWithIssues", "succeeded"],
    );
    await assert.rejects(
      runFixture(file, { variables: { "build.Reason": "Other" } }),
      /^Error: Could not set the variable build\.Reason: it is predefined and read-only; /,
    );
    writeFileSync(file, "name: a/b\nsteps: [{ script: echo }]");
    await assert.rejects(
      runFixture(file),
      /pipeline\.yml:1:7: the run number "a\/b" contains \/, which is not allowed; /,
    );
  });

  // docs: Dependency syntax overview; https://learn.microsoft.com/azure/devops/pipelines/process/deployment-jobs#support-for-output-variables
  it("have outputs of jobs, legs of a matrix and deployments in every documented form", async () => {
    const set =
      "steps: [{ checkout: none }, { bash: 'echo \"##vso[task.setvariable variable=v;isOutput=true]$(value)\"', name: s }]";
    const deployment = (name: string, environment: string) =>
      `{ deployment: ${name}, environment: ${environment}, variables: { value: ${name} }, strategy: { runOnce: { deploy: { ${set} } } } }`;
    const forms = [
      "stageDependencies.A.plain.outputs['s.v']",
      "STAGEDEPENDENCIES.a.PLAIN.outputs['S.V']",
      "stageDependencies.A.legs.outputs['one.s.v']",
      "stageDependencies.A.deployed.outputs['deployed.s.v']",
      "stageDependencies.A.placed.outputs['Deploy_vm.s.v']",
      "stageDependencies.A.plain.result",
      "stageDependencies.A.none.outputs['s.v']",
      "dependencies.first.outputs['s.v']",
      "dependencies.first.result",
      "dependencies.plain.outputs['s.v']",
    ];
    const { text } = await runFixture(
      fileOf({
        "pipeline.yml": `stages:
  - stage: A
    jobs:
      - { job: plain, variables: { value: plain }, ${set} }
      - { job: legs, strategy: { matrix: { one: { value: leg1 }, two: { value: leg2 } } }, ${set} }
      - ${deployment("deployed", "production")}
      - ${deployment("placed", "production.vm")}
  - stage: B
    condition: |
      and(succeeded(), eq(dependencies.A.result, 'Succeeded'), eq(dependencies.A.outputs['plain.s.v'], 'plain'),
        eq(dependencies.A.outputs['deployed.deployed.s.v'], 'deployed'), eq(dependencies.A.outputs['placed.Deploy_vm.s.v'], 'placed'),
        eq(stageDependencies.A.outputs['plain.s.v'], 'plain'), eq(stageDependencies.A.plain.outputs['s.v'], 'plain'))
    jobs:
      - { job: first, variables: { value: first }, ${set} }
      - job: second
        dependsOn: first
        condition: and(succeeded(), in(stageDependencies.A.legs.outputs['two.s.v'], 'leg2'), eq(dependencies.first.outputs['s.v'], 'first'))
        variables:
${forms.map((form, index) => `          v${index}: $[ ${form} ]`).join("\n")}
        steps:
          - { checkout: none }
          - bash: echo "found ${forms.map((_, index) => `[$(v${index})]`).join("")}"
`,
      }),
    );
    assert.match(
      text,
      /found \[plain\]\[plain\]\[leg1\]\[deployed\]\[placed\]\[Succeeded\]\[\]\[first\]\[Succeeded\]\[\]\n/,
    );
  });
});
