import assert from "node:assert/strict";
import type { StepOutcome } from "../../local/agent/commands/step-result.ts";
import type { Endpoint } from "../../local/agent/endpoint.ts";
import { JobState, startVariables } from "../../local/agent/run/job-state.ts";
import type { StageResult } from "../../local/agent/step-session.ts";
import { VariableStore } from "../../local/agent/variables.ts";

describe("the status of a job", () => {
  for (const [results, status] of [
    [[], "Succeeded"],
    [["succeeded", "skipped"], "Succeeded"],
    [["succeededWithIssues"], "SucceededWithIssues"],
    [["succeededWithIssues", "succeeded"], "SucceededWithIssues"],
    [["failed"], "Failed"],
    [["failed", "succeeded"], "Failed"],
    [["failed", "succeededWithIssues"], "Failed"],
    [["succeededWithIssues", "failed"], "Failed"],
    [["canceled"], "Canceled"],
    [["failed", "canceled"], "Canceled"],
    [["canceled", "failed"], "Canceled"],
    [["canceled", "succeededWithIssues"], "Canceled"],
    [["canceled", "succeeded"], "Canceled"],
  ] as [StepOutcome[], string][])
    it(`the status of a job is ${status}, in Agent.JobStatus too, after ${results.join(" and then ") || "no step"}`, () => {
      const state = new JobState(new VariableStore(), []);
      for (const result of results) state.addResult(result);
      assert.equal(state.status, status);
      assert.equal(state.variables.get("Agent.JobStatus"), status);
    });

  it("the status of a job stays Canceled, whatever the results of later steps are", () => {
    const state = new JobState(new VariableStore(), []);
    state.addResult("failed");
    state.cancel();
    assert.equal(state.variables.get("Agent.JobStatus"), "Canceled");
    for (const result of ["failed", "succeededWithIssues", "succeeded", "skipped"] as const) {
      state.addResult(result);
      assert.equal(state.status, "Canceled");
    }
  });
});

describe("startVariables", () => {
  const at = { file: "pipeline.yml", line: 3, column: 5 };
  const start = (
    definitions: Record<string, string>,
    given: Partial<Parameters<typeof startVariables>[0]> = {},
  ): Record<string, string> => {
    const store = startVariables({
      predefined: { "Build.BuildId": "42" },
      definitions: Object.entries(definitions).map(([name, value]) => ({ name, value, readOnly: false, at })),
      overrides: {},
      secrets: {},
      names: {},
      ...given,
    });
    return { ...store.open(), ...store.secrets() };
  };

  it("startVariables expands macros without case, but not undefined ones and circles", () => {
    assert.deepEqual(start({ a: "$(B)-$(build.buildid)", b: "x", c: "$(none)", d: "$(D)" }), {
      "Build.BuildId": "42",
      a: "x-42",
      b: "x",
      c: "$(none)",
      d: "$(D)",
    });
  });

  it("startVariables evaluates $[ ] with all variables and the outputs of dependencies", () => {
    const names = { dependencies: { build: { outputs: { "step.Id": "7" } } } };
    const found = start(
      {
        kind: "$[ coalesce(variables.late, 'none') ]",
        late: "yes",
        id: "$[dependencies.build.outputs['step.Id']]",
      },
      { names },
    );
    assert.deepEqual([found.kind, found.id], ["yes", "7"]);
  });

  it("startVariables overrides the variables of the pipeline, $[ ] included, by those of the run", () => {
    const found = start(
      { a: "1", B: "$[ 'computed' ]" },
      { overrides: { a: "2" }, secrets: { b: "hidden" } },
    );
    assert.deepEqual([found.a, found.B ?? found.b], ["2", "hidden"]);
  });

  // RecalculateExpanded in Variables.cs of the agent
  it("startVariables makes a secret of what refers to one, and leaves circles and long chains as they are", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 52 }, (_, at) => [`c${at}`, at === 51 ? "end" : `$(c${at + 1})`]),
    );
    const definitions = {
      conn: "pw=$(Password)",
      twice: "$(conn)!",
      round: "$(back)-$(open)",
      back: "$(ROUND)",
      near: "$(back)",
      open: "x",
    };
    const store = startVariables({
      predefined: { "Build.BuildId": "42" },
      definitions: Object.entries({ ...definitions, ...chain }).map(([name, value]) => ({
        name,
        value,
        readOnly: false,
        at,
      })),
      overrides: {},
      secrets: { password: "pa$(Build.BuildId)ss" },
      names: {},
    });
    assert.deepEqual(store.secrets(), { conn: "pw=pa42ss", twice: "pw=pa42ss!", password: "pa42ss" });
    const { round, back, near, c0, c2 } = store.open();
    assert.deepEqual([round, back, near], ["$(back)-$(open)", "$(ROUND)", "$(back)"]);
    assert.deepEqual([c0, c2], ["$(c1)", "end"]);
  });

  it("startVariables names file and line of a $[ ] that cannot be evaluated", () => {
    assert.throws(
      () => start({ a: "$[ shout('a') ]" }),
      /pipeline\.yml:3:5: \$\[ shout\('a'\) \]: the function shout is not supported/,
    );
  });
});

describe("the job state after a step", () => {
  const stage = (effects: Partial<StageResult["effects"]>, more: Partial<StageResult> = {}): StageResult =>
    ({
      variables: {},
      secretVariables: {},
      readOnlyVariables: [],
      ...more,
      effects: { outputs: {}, prependPath: [], endpoints: [], ...effects },
    }) as unknown as StageResult;

  it("the job state after a step has the variables that the step set: outputs read-only, secrets secret", () => {
    const state = new JobState(new VariableStore(), []);
    const outputs = { Id: { value: "1", secret: false } };
    const variables = { Plain: "2", "step.Id": "1" };
    state.apply(
      "step",
      stage(
        { outputs, prependPath: ["/opt"] },
        { variables, secretVariables: { Token: "t" }, readOnlyVariables: ["step.Id"] },
      ),
    );
    assert.deepEqual(state.values(), {
      "Agent.JobStatus": "Succeeded",
      Plain: "2",
      "step.Id": "1",
      Token: "t",
    });
    const flags = (name: string) => {
      const { value, secret, readOnly } = state.variables.find(name)!;
      return [value, secret, readOnly];
    };
    assert.deepEqual(flags("Plain"), ["2", false, false]);
    assert.deepEqual(flags("step.Id"), ["1", false, true]);
    assert.deepEqual(flags("Token"), ["t", true, false]);
    assert.deepEqual(
      [state.outputs, state.variablesSet, state.prependPath],
      [{ "step.Id": "1" }, variables, ["/opt"]],
    );
  });

  it("the job state after a step has the changes that the step made to service connections, for this job only", () => {
    const connection: Endpoint = {
      id: "ab-1",
      name: "azure",
      type: "azurerm",
      url: "https://old",
      authorization: { scheme: "Token", parameters: {} },
      data: {},
    };
    const state = new JobState(new VariableStore(), [connection]);
    const endpoints = [
      { id: "AB-1", field: "url", key: "", value: "https://new" },
      { id: "ab-1", field: "authParameter", key: "token", value: "t" },
      { id: "ab-1", field: "dataParameter", key: "tenant", value: "x" },
      { id: "other", field: "url", key: "", value: "https://nobody" },
    ];
    state.apply("step", stage({ endpoints }));
    const [changed] = state.endpoints;
    assert.deepEqual(
      [changed!.url, changed!.authorization.parameters, changed!.data],
      ["https://new", { token: "t" }, { tenant: "x" }],
    );
    assert.deepEqual([connection.url, connection.data], ["https://old", {}]);
  });
});
