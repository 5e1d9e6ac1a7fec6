import { type Case, files, list, produce } from "./case.ts";

export const payloadCases: Case[] = [
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
    what: "a notebook and files without a target",
    content: produce("{ notebook: p, files: a }"),
    problem: /^4: .* has "notebook" and "files"/,
  },
  {
    what: "a target without files",
    content: produce("{ to: dbfs:/a }"),
    problem: /^4: .* has none of notebook, files/,
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
];
