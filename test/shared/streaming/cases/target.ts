import { type Case, limits, to, validate } from "./case.ts";

export const targetCases: Case[] = [
  { what: "a volume as target", content: to("/Volumes/main/default/landing/") },
  {
    what: "a folder of a volume with parameters as target",
    content: to('"/Volumes/{catalog}/{schema}/landing/{run id}"'),
  },
  {
    what: "a volume of DBFS as target",
    content: to("dbfs:/Volumes/main/default/landing"),
    problem: /^4: .* is a volume as a path of DBFS, and must begin with \/Volumes\//,
  },
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
    what: "a mounted volume as target",
    content: to("/dbfs/Volumes/main/default/landing"),
    problem: /^4: .* is a volume as a path of DBFS/,
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
    what: "a validation without a notebook",
    content: validate("{ within: 5m }"),
    problem: /^4: iterations\[0\]\.validate has no notebook/,
  },
  {
    what: "a validation whose time is no duration",
    content: validate("{ notebook: v, within: soon }"),
    problem: /^4: iterations\[0\]\.validate\.within is "soon"; give a duration/,
  },
  {
    what: "a pause that is no duration",
    content: validate("{ notebook: v, every: 10 }"),
    problem: /^4: iterations\[0\]\.validate\.every is "10"; write a unit/,
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
