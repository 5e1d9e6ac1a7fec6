import assert from "node:assert/strict";
import { InputReader } from "../../../shared/task/inputs.ts";

const inputs = (given: Record<string, string>, warnings: string[] = []) =>
  new InputReader((name) => given[name], {
    warn: (text) => void warnings.push(text),
    names: () => ["packageVersion", "notebookFolder"],
    containsSecret: (text) => text.includes("geheim"),
  });

describe("inputs", () => {
  it("trims an input", () => {
    assert.equal(inputs({ a: "  b \n" }).optional("a"), "b");
  });

  for (const text of [
    undefined,
    "",
    "  ",
    "$(ClusterId)",
    " $(a.b-c) ",
    "/home/sources/$(ClusterConfigPath)",
  ])
    it(`an input counts as not given if it is ${JSON.stringify(text)}`, () => {
      assert.equal(inputs(text === undefined ? {} : { a: text }).optional("a"), undefined);
    });

  for (const text of ["x-$(Build.BuildId)", "$(a)$(b)", "$[variables.a]", "$a"])
    it(`an input counts as given if it is ${text}`, () => {
      assert.equal(inputs({ a: text }).optional("a"), text);
    });

  for (const [text, warning] of [
    [
      "$(notebookFoldr)",
      `The input 'a' counts as not given, because it is $(notebookFoldr), a variable that nothing has set; did you mean "notebookFolder"?`,
    ],
    [
      "/src/$(Mine)",
      "The input 'a' counts as not given, because it is $(Mine), a variable that nothing has set; define the variable or remove the input.",
    ],
    [
      "package_version=$(packageVerson)\nother=$(packageVerson)",
      `The input 'a' contains $(packageVerson), a variable that nothing has set, and is used with these characters in it; did you mean "packageVersion"?`,
    ],
    [
      "x-$(Mine)",
      "The input 'a' contains $(Mine), a variable that nothing has set, and is used with these characters in it; define the variable.",
    ],
    ["x-$(ClusterId)", /; run the task DatabricksCreateCluster before this one in the same job\.$/],
    ["x-$(ClustrId)", /; did you mean "clusterid"\?$/],
  ] as const)
    it(`warns once of the input ${JSON.stringify(text)}`, () => {
      const warnings: string[] = [];
      const reader = inputs({ a: text }, warnings);
      reader.optional("a");
      reader.optional("a");
      assert.equal(warnings.length, 1);
      if (typeof warning === "string") assert.equal(warnings[0], warning);
      else assert.match(warnings[0]!, warning);
    });

  for (const text of [
    "$(ClusterId)",
    "$(DATABRICKS_HOST)",
    "/src/$(ClusterConfigPath)",
    "today=$(date +%F)",
    "geheim$(part)",
    "x-$(PackageVersion)",
    "$a",
  ])
    it(`does not warn of the input ${text}`, () => {
      const warnings: string[] = [];
      inputs({ a: text }, warnings).optional("a");
      assert.deepEqual(warnings, []);
    });

  it("names the nearest variable if a required input is an unset one", () => {
    assert.throws(
      () => inputs({ a: "$(packageVerson)" }).required("a"),
      /'a': it is \$\(packageVerson\), a variable that nothing has set; did you mean "packageVersion"\?$/,
    );
  });

  it("names an input that is required and empty", () => {
    assert.throws(
      () => inputs({ a: "" }).required("a"),
      /^InputError: Could not use the input 'a': it is empty; give it a value\.$/,
    );
  });

  it("names, for a missing required input, the task that would set its variable", () => {
    assert.throws(
      () => inputs({ clusterId: "$(ClusterId)" }).required("clusterId"),
      /Could not use the input 'clusterId': it is \$\(ClusterId\), a variable that nothing has set; run the task DatabricksCreateCluster before this one/,
    );
    assert.throws(
      () => inputs({ clusterConfig: "/src/$(ClusterConfigPath)" }).required("clusterConfig"),
      /run the task DatabricksRenderClusterConfig before/,
    );
    assert.throws(() => inputs({ a: "$(Mine)" }).required("a"), /nothing has set; define the variable/);
  });

  it("an input that is one unexpanded macro has the name of its variable", () => {
    assert.equal(inputs({ a: " $(create.ClusterId) " }).unsetVariable("a"), "create.ClusterId");
    for (const a of ["", "x", "x-$(ClusterId)", "$(a)$(b)"])
      assert.equal(inputs({ a }).unsetVariable("a"), undefined);
  });

  it("an input that is a boolean takes true and false alone", () => {
    assert.equal(inputs({ a: "True" }).boolean("a"), true);
    assert.equal(inputs({}).boolean("a"), false);
    assert.throws(() => inputs({ a: "yes" }).boolean("a"), /'yes' is neither true nor false/);
  });

  for (const text of ["0", "11", "5.5", "1e1", "five", "0x5", "٥"])
    it(`an input that is a number from 1 to 10 refuses ${text}`, () => {
      assert.throws(() => inputs({ a: text }).integer("a", { min: 1, max: 10 }), /whole number from 1 to 10/);
    });

  for (const [text, value] of [
    ["1", 1],
    ["10", 10],
    ["+7", 7],
    ["007", 7],
  ] as const)
    it(`an input that is a number from 1 to 10 may be ${text}`, () =>
      assert.equal(inputs({ a: text }).integer("a", { min: 1, max: 10 }), value));

  it("an input that is a number may be negative, but not missing", () => {
    assert.equal(inputs({ a: "-3" }).integer("a", { min: -3, max: 0 }), -3);
    assert.throws(() => inputs({}).integer("a", { min: 0, max: 1 }), /input 'a': it is empty/);
    assert.throws(() => inputs({ a: "-4" }).integer("a", { min: -3, max: 0 }), /from -3 to 0/);
  });

  it("an input that is a choice ignores case, and names the choices or the one that is nearest", () => {
    assert.equal(inputs({ a: "PAT" }).choice("a", ["pat", "entra"]), "pat");
    assert.throws(
      () => inputs({ a: "x" }).choice("a", ["pat", "entra"]),
      /'x' is not one of pat, entra; give one of them/,
    );
    assert.throws(() => inputs({ a: "entr" }).choice("a", ["pat", "entra"]), /; did you mean "entra"\?$/);
  });

  it("an input that is a folder is the sources folder itself at . and at $(Build.SourcesDirectory), but not if it is empty", () => {
    const folder = (text: string) => inputs({ a: text }).folder("a", "/home/sources");
    assert.equal(folder("."), "/home/sources");
    assert.equal(folder("/home/sources"), "/home/sources");
    assert.equal(folder("notebooks/"), "/home/sources/notebooks");
    assert.equal(folder("/mnt/notebooks"), "/mnt/notebooks");
    assert.equal(folder(" "), undefined);
    assert.equal(folder("$(Folder)"), undefined);
    assert.equal(inputs({ a: "b" }).folder("a", undefined), `${process.cwd()}/b`);
  });

  it("an input that is a path counts as empty if the agent filled it with the sources folder", () => {
    assert.equal(inputs({ a: "/home/sources" }).path("a", "/home/sources"), undefined);
    assert.equal(inputs({ a: "/home/sources/b.json" }).path("a", "/home/sources"), "/home/sources/b.json");
    assert.equal(inputs({ a: "b.json" }).path("a", "/home/sources"), "/home/sources/b.json");
    assert.equal(inputs({ a: "." }).path("a", "/home/sources"), "/home/sources");
    assert.equal(inputs({ a: "/home/sources/" }).path("a", "/home/sources"), undefined);
    assert.equal(inputs({ a: "/home/sources" }).path("a", "/home/sources/"), undefined);
    assert.equal(inputs({}).path("a", "/home/sources"), undefined);
    assert.equal(inputs({ a: "b" }).path("a", undefined), `${process.cwd()}/b`);
  });
});
