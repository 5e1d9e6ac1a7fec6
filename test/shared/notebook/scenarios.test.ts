import assert from "node:assert/strict";
import { readScenarios, ScenariosError } from "../../../shared/notebook/scenarios/read-scenarios.ts";
import { one, scenarioProblems } from "./scenario-problems.ts";

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

  for (const [what, content, problem] of scenarioProblems)
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
