import { type Case, comparison, definition, job, list, tasks } from "./case.ts";

export const jobCases: Case[] = [
  {
    what: "none of the forms of a job",
    content: job("parameters: {}"),
    problem: /^1: job has none of notebook, tasks, existing; add one of them\.$/,
  },
  {
    what: "two forms of a job",
    content: job("notebook: run, existing: Load"),
    problem: /^1: job has "notebook" and "existing"; give one of notebook, tasks, existing\.$/,
  },
  {
    what: "a job that is the path of its notebook",
    content: definition("job: run"),
  },
  {
    what: "a job that exists, with parameters",
    content: job("existing: Load the invoices, parameters: { a: 1 }, parametersIn: { batch: { b: 2 } }"),
  },
  {
    what: "a job that exists, with a cluster",
    content: job("existing: Load, clusterConfig: c.json"),
    problem:
      /^1: job has "existing" and "clusterConfig"; remove one: a job that exists has its own compute\.$/,
  },
  {
    what: "a job that exists, on serverless compute",
    content: job("existing: Load, serverless: true"),
    problem: /^1: job has "existing" and "serverless"/,
  },
  {
    what: "a job with a config in a folder",
    content: job("notebook: run, clusterConfig: clusters/job.json"),
  },
  {
    what: "a job with a config outside of the folder",
    content: job("notebook: run, clusterConfig: ../job.json"),
    problem:
      /^1: job\.clusterConfig "\.\.\/job\.json" has an empty part, or one that leaves the folder; give a path relative to the definition/,
  },
  { what: "a job on serverless compute", content: job("notebook: run, serverless: true") },
  {
    what: "a job with two kinds of compute",
    content: job("notebook: run, serverless: true, clusterConfig: c.json"),
    problem: /^1: job has "clusterConfig" and "serverless"; remove one of them\.$/,
  },
  {
    what: "serverless: false",
    content: job("notebook: run, serverless: false"),
    problem: /^1: job\.serverless is "false"; give true, or remove it\.$/,
  },
  {
    what: "parameters in an unknown mode",
    content: job("notebook: run, parametersIn: { stream: {} }"),
    problem: /^1: unknown key "stream" in job\.parametersIn; /,
  },
  {
    what: "a wrong parameter in the mode that is not read",
    content: job("notebook: run, parametersIn: { batch: { a: [] } }"),
    problem: /^1: job\.parametersIn\.batch\.a is not a single value/,
  },

  {
    what: "tasks with dependencies",
    content: tasks(
      "name: a, notebook: a",
      "name: b-2_B, notebook: b, dependsOn: [a]",
      "name: c, notebook: c, dependsOn: a, parameters: { x: 1 }",
    ),
  },
  { what: "100 tasks", content: tasks(...list(100, (index) => `name: t${index}, notebook: a`)) },
  {
    what: "101 tasks",
    content: tasks(...list(101, (index) => `name: t${index}, notebook: a`)),
    problem: /^3: it has 101 tasks, and 100 are allowed/,
  },
  {
    what: "no task",
    content: job("tasks: []"),
    problem: /^1: job\.tasks has no task; begin with "- name:"\.$/,
  },
  {
    what: "tasks that are a map",
    content: job("tasks: { name: a, notebook: a }"),
    problem: /^1: job\.tasks is not a list; begin each task with a dash\.$/,
  },
  {
    what: "a task that is a word",
    content: job("tasks: [a]"),
    problem: /^1: job\.tasks\[0\] is not a map of keys and values/,
  },
  {
    what: "parameters of modes that are a word",
    content: job("notebook: a, parametersIn: x"),
    problem: /^1: job\.parametersIn is not a map of keys and values/,
  },
  {
    what: "a task without a name",
    content: tasks("notebook: a"),
    problem: /^3: job\.tasks\[0\] has no name; add "name:"\.$/,
  },
  {
    what: "a task without a notebook",
    content: tasks("name: a"),
    problem: /^3: job\.tasks\[0\] has no notebook; add "notebook:"\.$/,
  },
  {
    what: "a task with a space in its name",
    content: tasks("name: a b, notebook: a"),
    problem:
      /^3: job\.tasks\[0\]\.name is "a b"; give a name of at most 100 letters, digits, dashes and underscores\.$/,
  },
  {
    what: "a task with a name of 101 letters",
    content: tasks(`name: ${"x".repeat(101)}, notebook: a`),
    problem: /^3: job\.tasks\[0\]\.name is "x/,
  },
  {
    what: "two tasks of one name",
    content: tasks("name: a, notebook: a", "name: A, notebook: b"),
    problem: /^4: the task "A" has the name of the one in line 3; give each task a name of its own/,
    onlyReader: comparison,
  },
  {
    what: "an unknown dependency",
    content: tasks("name: bronze, notebook: a", "name: b, notebook: b, dependsOn: [bronce]"),
    problem:
      /^4: job\.tasks\[1\]\.dependsOn\[0\] is "bronce", which is not a task of the job; did you mean "bronze"\?$/,
    onlyReader: comparison,
  },
  {
    what: "a map as dependencies",
    content: tasks("name: a, notebook: a, dependsOn: {}"),
    problem: /^3: job\.tasks\[0\]\.dependsOn is not a single value/,
  },
  {
    what: "101 dependencies",
    content: tasks(`name: a, notebook: a, dependsOn: [${list(101, (index) => `t${index}`).join(", ")}]`),
    problem: /^3: it has 101 tasks, and 100 are allowed/,
  },
  {
    what: "a dependency that is there twice",
    content: tasks("name: a, notebook: a", "name: b, notebook: b, dependsOn: [a, a]"),
    problem: /^4: job\.tasks\[1\]\.dependsOn\[1\] is there twice; remove one\.$/,
  },
  {
    what: "a task that depends on itself",
    content: tasks("name: a, notebook: a, dependsOn: [a]"),
    problem: /^3: the tasks a → a depend on each other in a circle; remove one of the dependencies\.$/,
    onlyReader: comparison,
  },
  {
    what: "tasks in a circle",
    content: tasks(
      "name: s, notebook: s",
      "name: a, notebook: a, dependsOn: [s, c]",
      "name: b, notebook: b, dependsOn: [a]",
      "name: c, notebook: c, dependsOn: [b]",
    ),
    problem: /^4: the tasks a → c → b → a depend on each other in a circle/,
    onlyReader: comparison,
  },
];
