import { type Case, definition, invisible, job, validate, windows } from "./case.ts";

export const definitionCases: Case[] = [
  { what: "only the fields that it needs", content: definition("") },
  { what: "nothing", content: "", problem: /^1: the file is empty; begin with "job:"\.$/ },
  { what: "a comment only", content: "# later\n", problem: /^1: the file is empty/ },
  { what: "a list at the top", content: "- job\n", problem: /^1: the file is not a map of keys and values/ },
  {
    what: "an unknown key",
    content: definition("itterations: []").replace(/\niterations.*/, ""),
    problem: /^1: unknown key "itterations"; did you mean "iterations"\?$/,
  },
  {
    what: "a misspelt key far below the start",
    content: "job: { notebook: run }\nitterations: []",
    problem: /^2: unknown key "itterations"; did you mean "iterations"\?$/,
  },
  {
    what: "a misspelt form of the job",
    content: definition("job:\n  parameters: {}\n  notebok: run"),
    problem: /^3: unknown key "notebok" in job; did you mean "notebook"\?$/,
  },
  {
    what: "an unknown key in a field",
    content: validate("{ notebook: v, withn: 5m }"),
    problem: /^4: unknown key "withn" in iterations\[0\]\.validate; did you mean "within"\?$/,
  },
  {
    what: "an unknown key that is far from all",
    content: job("notebook: run, z: 1"),
    problem: /^1: unknown key "z" in job; use one of notebook, tasks, existing, parameters, /,
  },
  {
    what: "a key of every object",
    content: definition("constructor: 1"),
    problem: /^1: unknown key "constructor"; use one of name, /,
  },
  {
    what: "a key that is there twice",
    content: definition("name: A\nname: B"),
    problem: /^2: the key "name" is there twice; remove one\.$/,
    onlyReader: "sees the keys as they are written",
  },
  { what: "a merge key", content: definition("<<: { name: A }"), problem: /^1: unknown key "<<"/ },
  {
    what: "no job",
    content: "iterations: [{ name: A, produce: p, validate: v }]",
    problem: /^1: the definition has no job; add "job:"\.$/,
  },
  {
    what: "no iterations",
    content: "job: { notebook: run }",
    problem: /^1: the definition has no iterations; add "iterations:"\.$/,
  },

  { what: "a name in words of any language", content: definition("name: Médaillon 多層") },
  {
    what: "a name that is a number",
    content: definition("name: 7"),
    problem: /^1: name is "7"; give a line of text/,
  },
  { what: "an empty name", content: definition('name: ""'), problem: /^1: name is ""; give a line of text/ },
  {
    what: "a name of two lines",
    content: definition('name: "a\\nb"'),
    problem: /^1: name is "a b"; give a line of text/,
  },
  { what: "a name with a space at its end", content: definition('name: "a "'), problem: /^1: name is/ },
  {
    what: "a name of 201 characters",
    content: definition(`name: ${"x".repeat(201)}`),
    problem: /^1: name is "x/,
  },
  {
    what: "a name with an invisible character",
    content: definition("name: a\u200bb"),
    problem: /^1: name is "ab"; give a line of text of at most 200 characters without invisible/,
    onlyReader: invisible,
  },

  {
    what: "parameters of every scalar type",
    content: definition("parameters: { a: x, b: 1.10, c: true, d: '' }"),
  },
  {
    what: "a parameter without a value",
    content: definition("parameters: { a: }"),
    problem: /^1: parameters\.a is empty; give one value, or "" for none\.$/,
  },
  {
    what: "a parameter that is a list",
    content: definition("parameters: { a: [1] }"),
    problem: /^1: parameters\.a is not a single value; give one value/,
  },
  {
    what: "parameters that are text",
    content: definition("parameters: a=1"),
    problem: /^1: parameters is not a map of keys and values/,
  },
  {
    what: "a parameter without a name",
    content: definition('parameters: { "": 1 }'),
    problem: /^1: unknown key "" in parameters; write a name\.$/,
  },

  {
    what: "a notebook and parameters in cleanBefore",
    content: definition("cleanBefore: { notebook: a/clean.py, parameters: { a: 1 } }"),
  },
  {
    what: "an empty cleanBefore",
    content: definition("cleanBefore:"),
    problem: /^1: cleanBefore is empty; give a notebook\.$/,
  },
  {
    what: "a list in cleanAfter",
    content: definition("cleanAfter: [clean]"),
    problem: /^1: cleanAfter is not a single value; give a notebook\.$/,
  },
  {
    what: "no notebook in cleanAfter",
    content: definition("cleanAfter: { parameters: {} }"),
    problem: /^1: cleanAfter has no notebook; add "notebook:"\.$/,
  },
  {
    what: "an absolute notebook",
    content: definition("cleanBefore: /Shared/clean"),
    problem: /^1: cleanBefore "\/Shared\/clean" is not relative; give its path in the notebook folder\.$/,
  },
  {
    what: "a notebook outside of the folder",
    content: definition("cleanBefore: a/../../clean"),
    problem: /^1: cleanBefore "a\/\.\.\/\.\.\/clean" has an empty part, or one that leaves the folder/,
  },
  {
    what: "a notebook of a backslash",
    content: definition("cleanBefore: a\\clean"),
    problem: /^1: cleanBefore .* has a backslash/,
  },
  {
    what: "a notebook that is only an extension",
    content: definition("cleanBefore: a/.py"),
    problem: /^1: cleanBefore "a\/" has an empty part/,
    onlyReader: "removes the extension first",
  },
  {
    what: "a notebook that is a device on Windows",
    content: definition("cleanBefore: aux"),
    problem: /^1: cleanBefore "aux" contains aux, the name of a device/,
    onlyReader: windows,
  },
  {
    what: "a notebook that ends with a dot",
    content: definition("cleanBefore: clean."),
    problem: /^1: cleanBefore "clean\." has a part that ends with a dot/,
    onlyReader: windows,
  },
];
