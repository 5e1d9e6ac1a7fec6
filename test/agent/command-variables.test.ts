import assert from "node:assert/strict";
import { isReadOnlyVariable, isSettable } from "../../local/agent/commands/variable-rules.ts";
import { VariableStore } from "../../local/agent/variables.ts";
import { processed } from "./processed-commands.ts";

describe("variables that a step sets", () => {
  it("a variable that a step sets is refused with a warning if its settableVariables do not allow it, but its secret value is masked", () => {
    const { state, messages } = processed(["##vso[task.setvariable variable=Other;issecret=true]hidden"], {
      restrictions: { settableVariables: { allowed: ["Mine", "Run.*"] } },
    });
    assert.equal(state.variables.get("Other"), undefined);
    assert.match(messages[0]!, /^warning: The variable Other is not one that this step may set/);
    assert.equal(state.masker.mask("hidden"), "***");
  });

  it("a variable that a step sets with preservecase has a warning, because its environment variable is not as on the agent", () => {
    const { state, messages } = processed(["##vso[task.setvariable variable=Mixed;preservecase=true]1"]);
    assert.equal(state.variables.get("Mixed"), "1");
    assert.match(messages[0]!, /^warning: The environment variable of Mixed has capital letters, /);
  });

  for (const [name, allowed, expected] of [
    ["a", undefined, true],
    ["a", [], false],
    ["A", ["a"], true],
    ["ab", ["a"], false],
    ["Run.Id", ["Run.*"], true],
    ["RunXId", ["Run.*"], false],
    ["xRun.Id", ["Run.*"], false],
    ["anything", ["*"], true],
    ["a.b", ["b", "a.b"], true],
  ] as const)
    it(`a variable named ${name} is ${expected ? "" : "not "}allowed by settableVariables ${JSON.stringify(allowed) ?? "that are not given"}`, () =>
      assert.equal(isSettable(name, allowed), expected));

  it("a variable that a step sets stays secret when it is set again, and is read-only if it is an output", () => {
    const { state } = processed([
      "##vso[task.setvariable variable=T;issecret=true]hidden",
      "##vso[task.setvariable variable=T]other",
      "##vso[task.setvariable variable=Out;isoutput=true]1",
      "##vso[task.setvariable variable=Kept;isreadonly=true]1",
    ]);
    assert.equal(state.variables.find("T")?.secret, true);
    assert.equal(state.variables.find("step.Out")?.readOnly, true);
    assert.equal(state.variables.find("Kept")?.readOnly, true);
    assert.equal(state.variables.find("T")?.readOnly, false);
  });

  // https://github.com/microsoft/azure-pipelines-yaml/blob/master/design/readonly-variables.md; the message of an agent of 2024 is in
  // https://github.com/GitTools/actions/issues/1400
  it("a read-only variable that a step sets keeps its value, and the step fails", () => {
    const variables = new VariableStore({ "Build.SourceBranch": "refs/heads/main", "System.Debug": "false" });
    variables.set("Kept", "1", { readOnly: true });
    const set = (name: string, more = "") => `##vso[task.setvariable variable=${name}${more}]2`;
    for (const command of [
      set("kept"),
      set("build.sourcebranch"),
      set("System.Debug"),
      set("Kept", ";issecret=true"),
    ]) {
      const { messages, processor } = processed([command], { variables });
      assert.match(messages[0]!, /^error: .*: overwriting the read-only variable [\w.]+ is not permitted;/);
      assert.equal(processor.result, "failed");
    }
    assert.deepEqual(variables.open(), {
      "Build.SourceBranch": "refs/heads/main",
      "System.Debug": "false",
      Kept: "1",
    });
    const again = processed([
      ...[
        set("Out", ";isoutput=true"),
        set("Out", ";isoutput=true"),
        set("Own", ";isreadonly=true"),
        set("Agent.Name"),
      ],
      ...["##vso[task.settaskvariable variable=T;isreadonly=true]1"],
    ]);
    assert.deepEqual(again.messages, []); // an output is read-only as step.Out, and Agent.Name had no value
    for (const line of [set("step.Out"), set("own"), "##vso[task.settaskvariable variable=t]2"])
      again.processor.line(line);
    assert.equal(again.processor.issues.length, 3);
  });

  it("fails a step that sets a secret variable of several lines", () => {
    for (const command of ["setvariable", "settaskvariable"]) {
      const { processor, state, messages } = processed([
        `##vso[task.${command} variable=Key;issecret=true]first%0Asecond`,
      ]);
      assert.equal(processor.result, "failed");
      assert.match(messages[0]!, /a secret cannot have more than one line/);
      assert.deepEqual([state.variables.get("Key"), state.taskVariables.get("Key")], [undefined, undefined]);
    }
  });

  it("a variable that a step sets may be a secret of several lines while SYSTEM_UNSAFEALLOWMULTILINESECRET is true", () => {
    const allow = (value: string) =>
      `##vso[task.setvariable variable=SYSTEM_UNSAFEALLOWMULTILINESECRET]${value}`;
    const set = (name: string) => `##vso[task.setvariable variable=${name};issecret=true]first%0Asecond`;
    const { processor, state } = processed([allow("true"), set("Key"), allow("false")]);
    assert.equal(processor.result, undefined);
    assert.equal(state.variables.get("Key"), "first\nsecond");
    processor.line(set("Late"));
    assert.equal(processor.result, "failed");
  });

  it("a variable that a step sets is an output with the name of its step if task.json lists it as an output", () => {
    const { processor, state } = processed(["##vso[task.setvariable variable=CLUSTERID]1"], {
      outputNames: ["ClusterId"],
    });
    assert.deepEqual(processor.effects.outputs, { CLUSTERID: { value: "1", secret: false } });
    assert.deepEqual(
      [state.variables.get("ClusterId"), state.variables.get("step.ClusterId")],
      [undefined, "1"],
    );
    assert.deepEqual(processor.namesOfVariablesSet(), ["step.CLUSTERID"]);
  });

  // Constants.Variables.ReadOnlyVariables of the agent
  for (const name of [
    "Agent.TempDirectory",
    "Build.ArtifactStagingDirectory",
    "Build.BinariesDirectory",
    "Build.BuildNumber",
    "Build.DefinitionName",
    "Build.Repository.Name",
    "Build.SourceBranch",
    "Build.SourcesDirectory",
    "Build.SourceVersion",
    "Build.SourceVersionAuthor",
    "Build.SourceVersionMessage",
    "Build.StagingDirectory",
    "Common.TestResultsDirectory",
    "Pipeline.Workspace",
    "System.AccessToken",
    "System.ArtifactsDirectory",
    "System.CollectionId",
    "System.Culture",
    "System.Debug",
    "System.DefaultWorkingDirectory",
    "System.DefinitionId",
    "System.DefinitionName",
    "System.EnableAccessToken",
    "System.HostType",
    "System.JobAttempt",
    "System.JobDisplayName",
    "System.JobId",
    "System.JobName",
    "System.PhaseName",
    "System.PlanId",
    "System.PullRequest.TargetBranch",
    "System.ServerType",
    "System.StageName",
    "System.TeamFoundationServerUri",
  ])
    it(`does not let a step set ${name}, which is read-only`, () => {
      assert(isReadOnlyVariable(name));
      assert(isReadOnlyVariable(name.toLowerCase()));
      assert(!isReadOnlyVariable(`My.${name}`));
    });

  for (const name of ["MyAgent.x", "Build.Mine", "Build.BuildIdentity", "System.Mine", "PATH"])
    it(`lets a step set ${name}, which is not read-only`, () => assert(!isReadOnlyVariable(name)));
});
