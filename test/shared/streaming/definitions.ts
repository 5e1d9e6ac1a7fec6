/** A definition that is refused, or that shows what is just allowed. */
interface Case {
  what: string;
  content: string;
  /** What the reader says after the name of the file. Undefined: it accepts the definition. */
  problem?: RegExp;
  /** Why the schema, which editors use, accepts what the reader refuses. */
  onlyReader?: string;
}

/** A definition with other lines at the top, and with no line of its own that those have. */
export function definition(lines: string): string {
  const own = {
    job: "job: { notebook: run }",
    iterations: "iterations: [{ name: A, produce: p, validate: v }]",
  };
  const missing = Object.entries(own).filter(([key]) => !new RegExp(`^${key}:`, "m").test(lines));
  return [lines, ...missing.map(([, line]) => line)].filter((line) => line !== "").join("\n");
}

const job = (fields: string) => definition(`job: { ${fields} }`);
const tasks = (...items: string[]) =>
  definition(`job:\n  tasks:\n${items.map((item) => `    - { ${item} }\n`).join("")}`);
const produce = (value: string) =>
  definition(`iterations:\n  - name: A\n    validate: v\n    produce: ${value}`);
const validate = (value: string) =>
  definition(`iterations:\n  - name: A\n    produce: p\n    validate: ${value}`);
const files = (globs: string) => produce(`{ files: ${globs}, to: dbfs:/landing }`);
const to = (folder: string) => produce(`{ files: a.json, to: ${folder} }`);
const list = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index));
const iterations = (count: number) =>
  definition(
    `iterations:\n${list(count, (index) => `  - { name: i${index}, produce: p, validate: v }\n`).join("")}`,
  );

const comparison = "compares several items";
const limits = "compares durations";
const invisible = "knows all invisible characters";
const windows = "knows the names that Windows does not allow";

/** Each rule of a definition, in the order of its fields. */
export const cases: Case[] = [
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
    what: "a job that is a word",
    content: definition("job: run"),
    problem: /^1: job is not a map of keys and values/,
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

  {
    what: "a payload of a notebook with parameters",
    content: produce("{ notebook: p.ipynb, parameters: { a: 1 } }"),
  },
  {
    what: "neither notebook nor files in a payload",
    content: produce("{ parameters: {} }"),
    problem: /^4: iterations\[0\]\.produce has none of notebook, files; add one of them\.$/,
  },
  {
    what: "a notebook and files in a payload",
    content: produce("{ notebook: p, files: a, to: dbfs:/a }"),
    problem: /^4: iterations\[0\]\.produce has "notebook" and "files"; give one of notebook, files\.$/,
  },
  {
    what: "files and parameters in a payload",
    content: produce("{ files: a, to: dbfs:/a, parameters: {} }"),
    problem: /^4: iterations\[0\]\.produce has "files" and "parameters"; "files" goes with "to"\.$/,
  },
  {
    what: "a notebook and a target in a payload",
    content: produce("{ notebook: p, to: dbfs:/a }"),
    problem: /^4: iterations\[0\]\.produce has "notebook" and "to"; "notebook" goes with "parameters"\.$/,
  },
  {
    what: "files without a target",
    content: produce("{ files: a }"),
    problem: /^4: iterations\[0\]\.produce has no to; add "to:"\.$/,
  },
  {
    what: "files by several globs",
    content: files('[ "./a/**/*.{json,csv}", "!a/b.json", "..a/b", "a..b" ]'),
  },
  {
    what: "only globs that exclude",
    content: files('["!a"]'),
    problem: /^4: iterations\[0\]\.produce\.files includes no file; add a glob without !$/,
  },
  {
    what: "one glob that excludes",
    content: files('"!a"'),
    problem: /^4: iterations\[0\]\.produce\.files includes no file/,
  },
  {
    what: "an empty list of globs",
    content: files("[]"),
    problem: /^4: iterations\[0\]\.produce\.files includes no file/,
  },
  {
    what: "101 globs",
    content: files(`[${list(101, (index) => `a${index}`).join(", ")}]`),
    problem: /^4: it has 101 globs, and 100 are allowed/,
  },
  {
    what: "a glob that is a number",
    content: files("[1]"),
    problem: /^4: iterations\[0\]\.produce\.files\[0\] is "1"; give a line of text/,
  },
  {
    what: "an absolute glob",
    content: files("/etc/*"),
    problem:
      /^4: iterations\[0\]\.produce\.files "\/etc\/\*" is not relative; give a glob relative to the definition/,
  },
  {
    what: "an absolute glob that excludes",
    content: files('[a, "!/etc/*"]'),
    problem: /^4: iterations\[0\]\.produce\.files\[1\] "!\/etc\/\*" is not relative/,
  },
  {
    what: "a glob of a drive",
    content: files('"C:/a"'),
    problem: /^4: iterations\[0\]\.produce\.files "C:\/a" is not relative/,
  },
  {
    what: "a glob outside of the folder",
    content: files("a/../../b"),
    problem: /^4: iterations\[0\]\.produce\.files "a\/\.\.\/\.\.\/b" leaves the folder/,
  },
  {
    what: "a glob outside of the folder by an alternative",
    content: files('"{..,a}/b"'),
    problem: /^4: iterations\[0\]\.produce\.files "\{\.\.,a\}\/b" leaves the folder/,
  },
  {
    what: "a glob of a backslash",
    content: files("a\\b"),
    problem: /^4: iterations\[0\]\.produce\.files .* has a backslash/,
  },
  {
    what: "a glob of nothing",
    content: files('"!"'),
    problem: /^4: iterations\[0\]\.produce\.files "!" has an empty part/,
  },

  { what: "a volume as target", content: to("/Volumes/main/default/landing/") },
  {
    what: "a folder of a volume with parameters as target",
    content: to('"/Volumes/{catalog}/{schema}/landing/{run id}"'),
  },
  { what: "a volume of DBFS as target", content: to("dbfs:/Volumes/main/default/landing") },
  { what: "a mounted folder of DBFS as target", content: to("/dbfs/landing") },
  { what: "a folder of the workspace as target", content: to("/Workspace/Shared/landing") },
  {
    what: "another target",
    content: to("/tmp/landing"),
    problem:
      /^4: iterations\[0\]\.produce\.to "\/tmp\/landing" does not begin with dbfs:\/, \/Volumes\/, \/dbfs\/ or \/Workspace\/; give a folder such as/,
  },
  {
    what: "a target of which a parameter is the root",
    content: to('"{landing}/a"'),
    problem: /^4: iterations\[0\]\.produce\.to "\{landing\}\/a" does not begin with/,
  },
  { what: "a relative target", content: to("landing"), problem: /^4: .* does not begin with/ },
  {
    what: "a schema as target",
    content: to("/Volumes/main/default"),
    problem: /^4: .* does not name a volume, as \/Volumes\/<catalog>\/<schema>\/<volume> does/,
  },
  {
    what: "a schema of DBFS as target",
    content: to("dbfs:/Volumes/main/default"),
    problem: /^4: .* does not name a volume/,
  },
  { what: "the root of DBFS as target", content: to("dbfs:/"), problem: /^4: .* has an empty part/ },
  {
    what: "a target that leaves its folder",
    content: to("/Volumes/main/default/landing/../x"),
    problem: /^4: .* has an empty part, or one that leaves the folder/,
  },
  {
    what: "a target that leaves the schema",
    content: to("/Volumes/../default/landing"),
    problem: /^4: .* has an empty part, or one that leaves the folder/,
  },
  { what: "a target with an empty part", content: to("dbfs:/a//b"), problem: /^4: .* has an empty part/ },
  { what: "a target of a backslash", content: to("dbfs:/a\\b"), problem: /^4: .* has a backslash/ },
  {
    what: "a target with an unknown brace",
    content: to('"dbfs:/a}b"'),
    problem: /^4: .* has a brace that is not part of a \{parameter\}/,
    onlyReader: "counts braces",
  },
  {
    what: "a target with a parameter without name",
    content: to('"dbfs:/{}"'),
    problem: /^4: .* has \{\} without the name of a parameter/,
    onlyReader: "counts braces",
  },

  {
    what: "a validation of every field",
    content: validate("{ notebook: v, parameters: { a: 1 }, within: 1h30m, every: 100ms }"),
  },
  {
    what: "a pause as long as the validation's time",
    content: validate("{ notebook: v, within: 10s, every: 10s }"),
  },
  {
    what: "a pause longer than the validation's time",
    content: validate("{ notebook: v, every: 5m1s }"),
    problem: /^4: iterations\[0\]\.validate\.every is longer than within; give a shorter pause\.$/,
    onlyReader: limits,
  },
  {
    what: "a pause of 99 ms",
    content: validate("{ notebook: v, every: 99ms }"),
    problem: /^4: iterations\[0\]\.validate\.every is "99ms"; give a duration from 100ms to 24h\.$/,
    onlyReader: limits,
  },
  {
    what: "an empty validation",
    content: validate('""'),
    problem: /^4: iterations\[0\]\.validate is ""; give a line of text/,
  },
];
