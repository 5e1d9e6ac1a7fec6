import assert from "node:assert/strict";
import { readScenarios, ScenariosError } from "../../../shared/notebook/scenarios/read-scenarios.ts";

describe("the list of scenarios", () => {
  const problemOf = (content: string): string => {
    try {
      readScenarios(content);
    } catch (error) {
      assert.ok(error instanceof ScenariosError, String(error));
      return error.message.replace(/^Could not read the scenarios: notebook-scenarios\.yml:/, "");
    }
    return "no problem";
  };
  const one = (fields: string) => `scenarios:\n  - name: A\n    notebook: a\n    ${fields}\n`;

  it("reads every field of a scenario, and has defaults for those that are left out", () => {
    const content = `
# What must work before a release.
scenarios:
  - name: Frost in May
    notebook: checks/frost
    parameters: { days: 31, version: 1.10, empty: "", flag: true }
    timeoutMinutes: 5
    retries: 2
    tags: [smoke, north.sea]
    owner: team-weather
    quarantined: true
  - name: Nightly load
    job: Load the weather
  - name: Load by id
    job: 1234567890
`;
    const none = { parameters: {}, retries: 0, tags: [], quarantined: false };
    assert.deepEqual(readScenarios(content), [
      {
        name: "Frost in May",
        run: { kind: "notebook", path: "checks/frost" },
        parameters: { days: "31", version: "1.10", empty: "", flag: "true" },
        timeoutMinutes: 5,
        retries: 2,
        tags: ["smoke", "north.sea"],
        owner: "team-weather",
        quarantined: true,
      },
      { name: "Nightly load", run: { kind: "job", job: { name: "Load the weather" } }, ...none },
      { name: "Load by id", run: { kind: "job", job: { id: 1234567890 } }, ...none },
    ]);
    assert.deepEqual(readScenarios("scenarios:\n"), []);
  });

  const problems: [what: string, content: string, problem: RegExp][] = [
    ["an unknown key", one("retrys: 1"), /^4: unknown key "retrys"; did you mean "retries"\?$/],
    [
      "an unknown key at the top",
      "scenario: []\n",
      /^1: unknown key "scenario"; did you mean "scenarios"\?$/,
    ],
    ["a merge key", "scenarios:\n  - <<: 1\n    name: A\n    notebook: a\n", /^2: unknown key "<<"/],
    ["a key that is there twice", one("name: B"), /^4: the key "name" is there twice; remove one\.$/],
    ["nothing", "", /^1: the file is not a map of keys and values/],
    ["a list at the top", "- name: A\n", /^1: the file is not a map/],
    ["no list", "{}", /^1: it has no list "scenarios"; begin with "scenarios:"\.$/],
    ["a map in place of the list", "scenarios:\n  name: A\n", /^2: scenarios is not a list/],
    ["an empty scenario", "scenarios:\n  -\n", /^2: a scenario is not a map|^1: a scenario is not a map/],
    ["no name", "scenarios:\n  - notebook: a\n", /^2: a scenario has no name; add "name:"\.$/],
    [
      "a name that is a number",
      "scenarios:\n  - name: 7\n    notebook: a\n",
      /^2: name is "7"; give a line of text/,
    ],
    [
      "a name of several lines",
      'scenarios:\n  - name: "a\\nb"\n    notebook: a\n',
      /^2: name is "a b"; give a line/,
    ],
    [
      "a name that is too long",
      `scenarios:\n  - name: ${"x".repeat(201)}\n    notebook: a\n`,
      /^2: name is "x/,
    ],
    [
      "neither notebook nor job",
      "scenarios:\n  - name: A\n",
      /^2: a scenario has no "notebook" or "job"; give/,
    ],
    ["notebook and job", one("job: 7"), /^2: a scenario has "notebook" and "job"; give each scenario either/],
    [
      "a notebook outside of the folder",
      "scenarios:\n  - name: A\n    notebook: ../a\n",
      /^3: the notebook "\.\.\/a" has an empty part, or one that leaves/,
    ],
    [
      "an absolute notebook",
      "scenarios:\n  - name: A\n    notebook: /Shared/a\n",
      /^3: the notebook "\/Shared\/a" is not relative/,
    ],
    [
      "a job that is no id",
      "scenarios:\n  - name: A\n    job: 1.5\n",
      /^3: job is "1\.5"; give the id or the name of a job/,
    ],
    ["a job of 0", "scenarios:\n  - name: A\n    job: 0\n", /^3: job is "0"; give the id/],
    [
      "a parameter without a value",
      one("parameters: { days: }"),
      /^4: parameters\.days is empty; give one value, or "" for none/,
    ],
    [
      "a parameter that is a list",
      one("parameters: { days: [1] }"),
      /^4: parameters\.days is not a single value/,
    ],
    ["parameters that are text", one("parameters: days=1"), /^4: parameters is not a map/],
    [
      "a timeout of 0",
      one("timeoutMinutes: 0"),
      /^4: timeoutMinutes is "0"; give a whole number from 1 to 10080\.$/,
    ],
    ["a timeout that is text", one('timeoutMinutes: "5"'), /^4: timeoutMinutes is "5"; give a whole number/],
    ["too many retries", one("retries: 11"), /^4: retries is "11"; give a whole number from 0 to 10\.$/],
    ["a fraction of a retry", one("retries: 1.5"), /^4: retries is "1\.5"/],
    ["a tag that is a number", one("tags: [1]"), /^4: tags is not a single value; give a list of words/],
    ["a tag with a space", one("tags: [a b]"), /^4: tags/],
    ["tags that are text", one("tags: smoke"), /^4: tags is "smoke"; give a list of words/],
    ["an owner that is a list", one("owner: [a]"), /^4: owner is not a single value/],
    [
      "quarantined in words",
      one("quarantined: yes please"),
      /^4: quarantined is "yes please"; give true or false\.$/,
    ],
    ["quarantined as text", one('quarantined: "true"'), /^4: quarantined is "true"; give true or false\.$/],
    [
      "two names that are equal",
      "scenarios:\n  - { name: A, notebook: a }\n  - { name: a, notebook: b }\n",
      /^3: the scenario "a" has the name of the one in line 2;/,
    ],
    ["invalid YAML", "scenarios:\n  - name: [\n", /^\d: it is not valid YAML/],
    ["a tag of YAML", "scenarios:\n  - name: !!js/function a\n    notebook: a\n", /^2: it is not valid YAML/],
    ["two documents", "scenarios: []\n---\nscenarios: []\n", /^\d: it has more than one YAML document;/],
    [
      "two names that differ in the Unicode form only",
      "scenarios:\n  - { name: Caf\u00e9 au lait, notebook: a }\n  - { name: Cafe\u0301 au\u00a0lait, notebook: b }\n",
      /^3: the scenario "Caf.* has the name of the one in line 2;/,
    ],
    [
      "an invisible character in a name",
      "scenarios:\n  - { name: a\u200bb, notebook: a }\n",
      /^2: name is "ab"; give a line of text of at most 200 characters without invisible ones/,
    ],
    [
      "a character in a name that reorders the text after it",
      'scenarios:\n  - { name: "a\\u202eb", notebook: a }\n',
      /^2: name is "ab"; give/,
    ],
    [
      "an alias",
      "scenarios:\n  - &a { name: A, notebook: a }\n  - *a\n",
      /^3: it uses an alias; write the value again/,
    ],
    [
      "several problems",
      one("retries: x\n    quarantined: x"),
      /^4: retries is "x" \(more problems in lines 5\);/,
    ],
  ];
  for (const [what, content, problem] of problems)
    it(`a list of scenarios with ${what} is refused with its line`, () => {
      assert.match(problemOf(content), problem);
    });

  it("a list of scenarios that is made to use much memory or time is refused at once", () => {
    const start = performance.now();
    const levels = Array.from({ length: 20 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"
        : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}*a${level - 1}]`,
    );
    assert.match(problemOf(levels.join("\n")), /^2: it uses an alias/);
    assert.match(
      problemOf(`scenarios: ${"[".repeat(100_000)}`),
      /^1: it is (nested too deep|not valid YAML)/,
    );
    assert.match(
      problemOf(one(`parameters: { ${"x: 1, ".repeat(50_000)} }`)),
      /the key "x" in parameters is there twice/,
    );
    assert.match(problemOf(`# ${"x".repeat(600 * 1024)}`), /it is larger than 512 KB/);
    const many = Array.from({ length: 1_001 }, (_, index) => `  - { name: s${index}, notebook: a }\n`);
    assert.match(
      problemOf(`scenarios:\n${many.join("")}`),
      /^2: it has 1001 scenarios, and 1000 are allowed/,
    );
    assert.ok(performance.now() - start < 20_000);
  });

  it("a text in the list that looks like a command of the agent stays text", () => {
    const [scenario] = readScenarios(
      'scenarios:\n  - name: "##vso[task.complete result=Succeeded]"\n    notebook: a\n',
    );
    assert.equal(scenario?.name, "##vso[task.complete result=Succeeded]");
    const parameters = readScenarios(one("parameters: { __proto__: x, constructor: y }"))[0]!.parameters;
    assert.deepEqual(Object.entries(parameters), [
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });
});
