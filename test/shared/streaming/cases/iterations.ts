import { type Case, comparison, definition, iterations, limits } from "./case.ts";

export const iterationCases: Case[] = [
  { what: "the longest time until the job is ready", content: definition("ready: { within: 24h }") },
  {
    what: "a notebook that shows that the job is ready",
    content: definition("ready: { within: 90s, notebook: v, parameters: { a: 1 }, every: 500ms }"),
  },
  {
    what: "parameters of no notebook in ready",
    content: definition("ready: { parameters: {} }"),
    problem: /^1: ready has no notebook; add "notebook:"\.$/,
  },
  {
    what: "a pause of no notebook in ready",
    content: definition("ready: { every: 1s }"),
    problem: /^1: ready has no notebook/,
  },
  {
    what: "an empty ready",
    content: definition("ready:"),
    problem: /^1: ready is not a map of keys and values/,
  },
  {
    what: "a time without a unit",
    content: definition("ready: { within: 20 }"),
    problem: /^1: ready\.within is "20"; write a unit, such as 5m\.$/,
  },
  {
    what: "a time without a unit, in quotes",
    content: definition('ready: { within: "20" }'),
    problem: /^1: ready\.within is "20"; write a unit, such as 5m\.$/,
  },
  {
    what: "a time in words",
    content: definition("ready: { within: 5 minutes }"),
    problem: /^1: ready\.within is "5 minutes"; give a duration such as 90s, 5m or 1h30m\.$/,
  },
  {
    what: "a time in a wrong order",
    content: definition("ready: { within: 30m1h }"),
    problem: /^1: ready\.within is "30m1h"; give a duration/,
  },
  {
    what: "a time that is a list",
    content: definition("ready: { within: [5m] }"),
    problem: /^1: ready\.within is not a single value; give a duration/,
  },
  {
    what: "an empty time",
    content: definition('ready: { within: "" }'),
    problem: /^1: ready\.within is ""; give a duration/,
  },
  {
    what: "a time of 0",
    content: definition("ready: { within: 0s }"),
    problem: /^1: ready\.within is "0s"; give a duration from 1s to 24h\.$/,
    onlyReader: limits,
  },
  {
    what: "a time of more than a day",
    content: definition("ready: { within: 24h1s }"),
    problem: /^1: ready\.within is "24h1s"; give a duration from 1s to 24h\.$/,
    onlyReader: limits,
  },

  { what: "validations on serverless compute", content: definition("validateOn: serverless") },
  { what: "validations on the cluster", content: definition("validateOn: cluster") },
  {
    what: "validations on clusters of their own",
    content: definition("validateOn: { clusterConfig: c.json }"),
  },
  {
    what: "an unknown compute",
    content: definition("validateOn: serverles"),
    problem: /^1: validateOn is "serverles"; did you mean "serverless"\?$/,
  },
  {
    what: "another compute",
    content: definition("validateOn: pool"),
    problem: /^1: validateOn is "pool"; give cluster, serverless or \{ clusterConfig: <file> \}\.$/,
  },
  {
    what: "a compute without a config",
    content: definition("validateOn: {}"),
    problem: /^1: validateOn has no clusterConfig; add "clusterConfig:"\.$/,
  },

  { what: "100 iterations", content: iterations(100) },
  {
    what: "101 iterations",
    content: iterations(101),
    problem: /^2: it has 101 iterations, and 100 are allowed/,
  },
  {
    what: "an empty list of iterations",
    content: definition("iterations: []"),
    problem: /^1: iterations has no iteration; begin with "- name:"\.$/,
  },
  {
    what: "iterations that are empty",
    content: definition("iterations:"),
    problem: /^1: iterations has no iteration/,
  },
  {
    what: "an empty iteration",
    content: definition("iterations:\n  -"),
    problem: /^\d: iterations\[0\] is not a map of keys and values/,
  },
  {
    what: "an iteration without a name",
    content: definition("iterations: [{ produce: p, validate: v }]"),
    problem: /^1: iterations\[0\] has no name; add "name:"\.$/,
  },
  {
    what: "an iteration without a payload",
    content: definition("iterations: [{ name: A, validate: v }]"),
    problem: /^1: iterations\[0\] has no produce; add "produce:"\.$/,
  },
  {
    what: "an iteration without a validation",
    content: definition("iterations: [{ name: A, produce: p }]"),
    problem: /^1: iterations\[0\] has no validate; add "validate:"\.$/,
  },
  {
    what: "a slash in the name of an iteration",
    content: definition("iterations: [{ name: a/b, produce: p, validate: v }]"),
    problem: /^1: iterations\[0\]\.name "a\/b" has a slash; use another character\.$/,
  },
  {
    what: "two iterations of one name",
    content: definition(
      "iterations:\n  - { name: Caf\u00e9, produce: p, validate: v }\n  - { name: CAFE\u0301, produce: p, validate: v }",
    ),
    problem:
      /^3: the iteration "CAF.*" has the name of the one in line 2; give each iteration a name of its own; upper/,
    onlyReader: comparison,
  },
];
