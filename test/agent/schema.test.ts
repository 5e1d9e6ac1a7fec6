// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of pipelines look like this
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { collectPipeline } from "../../local/agent/yaml/parse-pipeline.ts";
import type { Pipeline } from "../../local/agent/yaml/pipeline.ts";
import { Problems } from "../../local/agent/yaml/problems.ts";

/**
 * What Azure Pipelines accepts, by what of it the local agent has an opinion on. The keys are those of
 * https://learn.microsoft.com/azure/devops/pipelines/yaml-schema and of service-schema.json in microsoft/azure-pipelines-vscode.
 */
const accepted: [what: string, yaml: string, jobs: string[], files?: Record<string, string>][] = [
  [
    "all keys of the root that concern other runs",
    `name: $(Date:yyyyMMdd)
appendCommitMessageToRunName: false
trigger: { batch: true, branches: { include: [main] }, paths: { exclude: [docs] }, tags: { include: [v*] } }
pr: { autoCancel: true, drafts: false, branches: { include: [main] } }
schedules: [{ cron: 0 3 * * *, displayName: Nightly, branches: { include: [main] }, always: true, batch: false }]
lockBehavior: sequential
pool: { name: own, demands: [node], vmImage: ubuntu-latest }
resources:
  builds: [{ build: b, type: Jenkins, connection: c, source: s }]
  containers: [{ container: python, image: python:3.12 }]
  packages: [{ package: p, type: npm, connection: c, name: o/p }]
  pipelines: [{ pipeline: upstream, source: other, trigger: true }]
  repositories: [{ repository: shared, type: git, name: shared, ref: refs/heads/main }]
  webhooks: [{ webhook: w, connection: c, filters: [{ path: p, value: v }] }]
steps: [{ script: echo }]`,
    ["__default/Job"],
  ],
  [
    "a strategy and other keys of a job beside the steps of the root",
    `strategy: { matrix: { old: { python: 3.10 }, new: { python: 3.13 } }, maxParallel: 2 }
continueOnError: true
workspace: { clean: all }
container: \${{ '' }}
steps: [{ script: echo }]`,
    ["__default/Job old", "__default/Job new"],
  ],
  [
    "unnamed stages and jobs, whose names are generated",
    `stages:
  - stage:
    jobs: [{ job: }, { job: Job1 }, { job: , steps: [{ script: echo }] }]
  - stage:
    lockBehavior: runLatest
    isSkippable: false
    templateContext: { any: thing }
    trigger: automatic
    jobs: [{ deployment: , environment: dev, strategy: { runOnce: { deploy: { steps: [{ script: echo }] } } } }]`,
    ["Stage1/Job2", "Stage1/Job1", "Stage1/Job3", "Stage2/Job1"],
  ],
  [
    "every key of a job",
    `jobs:
  - job: a
    displayName: A
    dependsOn: []
    condition: and(succeeded(), ne(variables.x, 'y'))
    continueOnError: no
    timeoutInMinutes: 0
    cancelTimeoutInMinutes: 1
    variables: { x: 1 }
    pool: own
    workspace: { clean: outputs }
    uses: { repositories: [shared], pools: [own] }
    templateContext: {}
    strategy: { parallel: 2 }
    steps: []
  - { job: b, dependsOn: a, strategy: { maxParallel: 2 }, steps: [] }`,
    ["__default/a 1", "__default/a 2", "__default/b"],
  ],
  [
    "every key of a step",
    `steps:
  - checkout: self
    clean: true
    fetchDepth: 1
    fetchFilter: tree:0
    fetchTags: false
    lfs: true
    persistCredentials: true
    submodules: recursive
    sparseCheckoutDirectories: src
    sparseCheckoutPatterns: "*.py"
    workspaceRepo: true
  - script: echo
    name: echo
    displayName: Echo
    condition: always()
    continueOnError: on
    enabled: Yes
    env: { A: b }
    failOnStderr: true
    retryCountOnTaskFailure: 2
    target: host
    timeoutInMinutes: 5
    workingDirectory: src
  - { bash: echo, failOnStderr: true, workingDirectory: src }
  - { publish: out, artifact: a }
  - { download: current, artifact: a, patterns: "**", path: in }
  - { download: none }
  - { task: Bash@3.1, inputs: { targetType: inline, script: echo } }`,
    ["__default/Job"],
  ],
  [
    "the old words phases, phase and queue",
    "phases:\n  - template: phases.yml\n  - { phase: b, queue: { name: own, timeoutInMinutes: 3 }, steps: [{ script: echo }] }",
    ["__default/a", "__default/b"],
    { "phases.yml": "phases: [{ phase: a, steps: [] }]" },
  ],
  [
    "jobs that only a template has, with parameters that its old form does not declare",
    "jobs:\n  - template: jobs.yml\n    parameters: { name: a, other: b }",
    ["__default/a"],
    {
      "jobs.yml":
        "parameters: { name: '' }\njobs: [{ job: '${{ parameters.name }}', displayName: '${{ parameters.other }}' }]",
    },
  ],
  [
    "templates from the root, beside the file, with backslashes and with @self",
    "jobs:\n  - template: /ci/jobs/a.yml\n  - template: jobs\\b.yml\n  - template: jobs/a.yml@self\n    parameters: { name: c }",
    ["__default/a", "__default/b", "__default/c"],
    {
      "jobs/a.yml":
        "parameters: [{ name: name, default: a }]\njobs: [{ job: '${{ parameters.name }}', steps: [{ template: ../steps.yml }] }]",
      "jobs/b.yml":
        "jobs: [{ job: b, steps: [{ template: \\ci\\steps.yml }, { template: ci/steps.yml@self }] }]",
      "steps.yml": "steps: [{ script: echo }]",
    },
  ],
  [
    "a pipeline that extends a template that extends another",
    "variables: { own: 1 }\nresources: { repositories: [] }\nextends:\n  template: outer.yml\n  parameters: { names: [a, b] }",
    ["Run/a", "Run/b"],
    {
      "outer.yml":
        "parameters: [{ name: names, type: object }]\nextends:\n  template: inner.yml\n  parameters: { names: '${{ parameters.names }}' }",
      "inner.yml":
        "parameters: [{ name: names, type: object }]\nvariables: [{ name: inner, value: '${{ length(parameters.names) }}' }]\nstages:\n  - stage: Run\n    jobs:\n      - ${{ each name in parameters.names }}:\n          - { job: '${{ name }}', steps: [] }",
    },
  ],
  [
    "a matrix that a template expression gives",
    'parameters: [{ name: legs, type: object, default: { x: { v: 1 }, y: { v: 2 } } }]\njobs: [{ job: a, strategy: { matrix: "${{ parameters.legs }}" }, steps: [] }]',
    ["__default/a x", "__default/a y"],
  ],
];

describe("the schema of Azure Pipelines", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const read = (yaml: string, files: Record<string, string> = {}): Pipeline => {
    for (const [name, content] of Object.entries({ ...files, "azure-pipelines.yml": yaml })) {
      mkdirSync(path.dirname(path.join(root, "ci", name)), { recursive: true });
      writeFileSync(path.join(root, "ci", name), content);
    }
    const problems = new Problems();
    const file = path.join(root, "ci", "azure-pipelines.yml");
    const source = { file, parameters: {}, variables: {}, variableGroups: {}, repositoryRoot: root };
    const pipeline = collectPipeline(source, problems);
    assert.deepEqual(
      problems.sorted().map(({ message }) => message),
      [],
    );
    return pipeline;
  };

  for (const [what, yaml, jobs, files] of accepted)
    it(`the local agent reads ${what}`, () => {
      const { stages } = read(yaml, files);
      const names = stages.flatMap((stage) => stage.jobs.map((job) => `${stage.name}/${job.name}`));
      assert.deepEqual(names, jobs);
    });

  it("the jobs of a strategy know their position, and the outputs of slices begin with job1 and job2", () => {
    const { stages } = read("jobs: [{ job: a, strategy: { parallel: 2 }, steps: [] }]");
    assert.deepEqual(
      stages[0]!.jobs.map(({ outputPrefix, variables }) => [
        outputPrefix,
        ...variables.map(({ value }) => value),
      ]),
      [
        ["job1.", "1", "2"],
        ["job2.", "2", "2"],
      ],
    );
  });

  it("the variables of a pipeline and of the template that it extends are both there", () => {
    const yaml = "variables: { own: 1 }\nextends: { template: t.yml }";
    const { variables } = read(yaml, { "t.yml": "variables: { inner: 2 }\nsteps: []" });
    assert.deepEqual(
      variables.map(({ name }) => name),
      ["inner", "own"],
    );
  });
});
