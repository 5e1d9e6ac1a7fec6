// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of pipelines look like this
import { assertRefused } from "./refused-pipeline.ts";

/** What a pipeline contains, its YAML, and the message from its line and column on. */
const cases: [what: string, yaml: string, expected: RegExp][] = [
  [
    "a step of an unsupported kind",
    "steps:\n  - script: echo\n  - reviewApp: web",
    /:3:5: the step "reviewApp" is not supported by the local agent; remove it\.$/,
  ],
  ["an empty step", "steps:\n  - {}", /:2:5: a step is empty; give it a script or a task\.$/],
  [
    "a task that the agent does not have",
    "steps:\n  - task: Maven@4",
    /:2:5: the task Maven@4 is not supported; supported are the tasks of this extension and CmdLine, Bash, /,
  ],
  [
    "another version of a built-in task",
    "steps:\n  - task: Bash@2",
    /:2:5: the task Bash@2 is not supported; use Bash@3\.$/,
  ],
  [
    "another version of a task of the extension",
    "steps:\n  - task: Stages@2\n    inputs: { needed: x }",
    /:2:5: there is no task Stages@2; use Stages@1\.$/,
  ],
  [
    "a task without its version",
    "steps:\n  - task: Bash",
    /:2:5: the task Bash must be given with its major version, as in Bash@3\.$/,
  ],
  [
    "an unsupported input of a built-in task",
    "steps:\n  - task: Bash@3\n    inputs: { bashEnvValue: x }",
    /:2:5: the task Bash has no input bashEnvValue that is supported; its inputs are targetType, script, /,
  ],
  [
    "a task without a required input",
    "steps:\n  - task: Stages@1\n    inputs: { needed: '' }",
    /:2:5: the task Stages has no value for its required input needed; set it under inputs\.$/,
  ],
  [
    "a step that runs in a container",
    "steps:\n  - script: echo\n    target: ubuntu",
    /:3:13: the local agent runs steps only on the machine itself and with all commands; write target: host, or remove it\.$/,
  ],
  [
    "an unknown key in the pipeline",
    "weather:\n  containers: []\nsteps:\n  - script: echo",
    /:1:1: the key "weather" is not supported in a pipeline; supported keys are name, parameters, /,
  ],
  [
    "a job in a container",
    "jobs:\n  - job: a\n    container: ubuntu\n    steps: []",
    /:3:16: the local agent runs jobs only on the machine itself, not in a container; install there what the job needs, and remove container\.$/,
  ],
  [
    "a job without an agent",
    "pool: server\njobs:\n  - job: a\n    pool: server\n    steps: []",
    /:4:11: the local agent has no jobs that run without an agent \(pool: server\); use another pool\.$/,
  ],
  [
    "a matrix that is only known while the pipeline runs",
    "jobs:\n  - job: a\n    strategy: { matrix: '$[ dependencies.b.outputs.x ]' }\n    steps: []",
    /:3:25: the local agent has no matrix that is only known while the pipeline runs; write its legs, or use a template expression\.$/,
  ],
  [
    "a time limit that is only known while the pipeline runs",
    "jobs:\n  - job: a\n    timeoutInMinutes: $(limit)\n    steps: []",
    /:3:23: timeoutInMinutes is "\$\(limit\)", which is only known while the pipeline runs; write the value itself, or use a template expression\.$/,
  ],
  [
    "the path of a checkout",
    "steps:\n  - checkout: self\n    path: s/weather",
    /:2:5: the key "path" is not supported in a checkout step by the local agent; remove it\.$/,
  ],
  [
    "a checkout of another repository",
    "steps:\n  - checkout: git://other",
    /:2:5: checkout: git:\/\/other is not supported by the local agent; supported are self and none\.$/,
  ],
  [
    "a template of another repository",
    "resources: { repositories: [{ repository: shared }] }\nsteps:\n  - template: a.yml@Shared",
    /:3:15: the template a\.yml@Shared is in another repository, which the local agent does not have; use a template of this repository\.$/,
  ],
  [
    "a template of a repository that is not declared",
    "resources: { repositories: [{ repository: shared }] }\nextends:\n  template: a.yml@shard",
    /:3:13: the template a\.yml@shard is in a repository that resources\.repositories does not list; did you mean "shared"\?$/,
  ],
  [
    "a template that does not exist",
    "steps:\n  - template: nowhere.yml",
    /:2:15: there is no template nowhere\.yml; its path is relative to \S+pipeline\.yml\.$/,
  ],
  [
    "a template that includes itself",
    "steps:\n  - template: pipeline.yml",
    /:2:15: the template pipeline\.yml includes itself\.$/,
  ],
  [
    "a rolling deployment",
    "jobs:\n  - deployment: a\n    strategy: { rolling: {} }",
    /:3:17: the key "rolling" is not supported in a deployment's strategy by the local agent; use runOnce\.$/,
  ],
  [
    "an unknown hook of a deployment",
    "jobs:\n  - deployment: a\n    strategy: { runOnce: { deploy: { steps: [] }, on: { sucess: { steps: [] } } } }",
    /:3:57: the key "sucess" is not supported in on; did you mean "success"\?$/,
  ],
  [
    "an environment without a name",
    "jobs:\n  - deployment: a\n    environment: { resourceName: db }\n    strategy: { runOnce: { deploy: { steps: [] } } }",
    /:3:18: an environment must have a name; write name: <name>\.$/,
  ],
  [
    "an unknown function in a condition",
    "steps:\n  - script: echo\n    condition: shout()",
    /:3:16: condition: the function shout is not supported; supported are and, or, not, .*, always, succeeded, failed, succeededOrFailed, canceled\.$/,
  ],
  [
    "a function with too few arguments",
    "steps:\n  - script: echo\n    condition: eq(1)",
    /:3:16: condition: the function eq takes 2 arguments, not 1\.$/,
  ],
  [
    "a status function in a variable",
    "variables:\n  a: $[ succeeded() ]\nsteps:\n  - script: echo",
    /:2:6: \$\[ succeeded\(\) \]: the function succeeded is not supported; supported are and, or, not, .*, counter\.$/,
  ],
  [
    "an unknown name in a template expression",
    "steps:\n  - script: ${{ weather.x }}",
    /:2:13: \$\{\{ weather\.x \}\}: weather is not known here; known are parameters, variables, and text is written '…'\.$/,
  ],
  [
    "an else without an if",
    "steps:\n  - ${{ else }}:\n      - script: echo",
    /:2:5: \$\{\{ else \}\} has no \$\{\{ if \}\} before it\.$/,
  ],
  [
    "an each without in",
    "jobs:\n  - job: a\n    ${{ each x }}:\n      steps: []",
    /:3:5: the directive \$\{\{ each \}\} is not well-formed\.$/,
  ],
  [
    "a parameter without a value",
    "parameters:\n  - name: a\nsteps:\n  - script: echo",
    /:1:1: the parameter a has no default; give it a value\.$/,
  ],
  [
    "a parameter of another type than its default",
    "parameters:\n  - { name: a, type: number, default: one }\nsteps: []",
    /:2:39: the parameter a must be a number, not "one"; write digits, such as 4 or 2\.5\.$/,
  ],
  [
    "a value of a parameter that is not in its list of values",
    "parameters:\n  - { name: a, values: [x, y], default: weather }\nsteps: []",
    /:2:41: "weather" is not a value of the parameter a; its values are x, y\.$/,
  ],
  [
    "an unknown variable group",
    "variables:\n  - group: other\nsteps: []",
    /:2:12: there is no variable group other; declare it under variableGroups in notebook-ops\.local\.yml\.$/,
  ],
  [
    "a job that depends on a job that does not exist",
    "jobs:\n  - job: build\n    steps: []\n  - job: release\n    dependsOn: test\n    steps: []",
    /:4:5: the job release depends on the job test, which does not exist; there are build\.$/,
  ],
  [
    "a single job that depends on another",
    "jobs:\n  - job: a\n    dependsOn: b\n    steps: []",
    /:2:5: the job a depends on the job b, which does not exist; there are no other jobs\.$/,
  ],
  [
    "jobs that depend on each other",
    "jobs:\n  - { job: a, dependsOn: b, steps: [] }\n  - { job: b, dependsOn: a, steps: [] }",
    /:2:5: the job a depends on itself: a → b → a\.$/,
  ],
  [
    "two steps of one name",
    "steps:\n  - { script: echo, name: a }\n  - { script: echo, name: A }",
    /:3:5: two steps of the job are named A; rename one of them\.$/,
  ],
  [
    "a key that is given twice",
    "steps:\n  - script: a\n    script: b",
    /:3:5: the key script is given twice; remove one of them\.$/,
  ],
  [
    "both steps and jobs",
    "jobs:\n  - job: a\n    steps: []\nsteps:\n  - script: a",
    /:1:1: the pipeline has both jobs and steps; remove one of them\.$/,
  ],
  [
    "a YAML anchor",
    "steps:\n  - &a\n    script: echo",
    /:\d:\d+: Azure Pipelines does not support YAML anchors and aliases; use a template\.$/,
  ],
  ["text that is not YAML", "steps:\n  - script: 'open", /:\d:\d+: the file is not YAML: /],
  ["an empty file", "", /:1:1: a pipeline must be a map with steps, jobs or stages\.$/],
  ["no steps", "trigger: none", /:1:1: the pipeline has no steps, jobs or stages; add one of them\.$/],
];

describe("the local agent, before the first step of a pipeline", () => {
  for (const [what, yaml, expected] of cases)
    it(`refuses a pipeline with ${what}, with file, line and column`, () => assertRefused(yaml, expected));
});
