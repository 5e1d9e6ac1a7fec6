import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommandProcessor, type StepState } from "../../local/agent/commands/command-processor.ts";
import { SecretMasker } from "../../local/agent/commands/secret-masker.ts";
import { isReadOnlyVariable, isSettable } from "../../local/agent/commands/variable-rules.ts";
import { VariableStore } from "../../local/agent/variables.ts";

function processed(lines: string[], given: Partial<StepState> = {}) {
  const written: string[] = [];
  const state: StepState = {
    stepName: "step",
    variables: new VariableStore(),
    taskVariables: new VariableStore(),
    masker: new SecretMasker(),
    outputNames: [],
    restrictions: {},
    debug: false,
    ...given,
  };
  const processor = new CommandProcessor(state, (line) => written.push(line));
  for (const line of lines) processor.line(line);
  const messages = processor.issues.map(({ type, message }) => `${type}: ${message}`);
  return { processor, state, written, messages };
}

// https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
describe("an attachment of a step", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    file = path.join(folder, "a.json");
    writeFileSync(file, "{}");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is taken with a type and a name that are file names, and a file that is there", () => {
    const { processor } = processed([`##vso[task.addattachment type=notebook-ops.test;name=a.json]${file}`]);
    assert.equal(processor.result, undefined);
    assert.deepEqual(processor.effects.attachments, [{ type: "notebook-ops.test", name: "a.json", file }]);
  });

  for (const [what, properties, problem] of [
    ["no type", "name=n", /its property type is missing/],
    ["an empty type", "type=;name=n", /its property type is missing/],
    ["no name", "type=t", /its property name is missing/],
    ["an empty name", "type=t;name=", /its property name is missing/],
    ["a path as type", "type=../t;name=n", /"..\/t" is not a valid file name/],
    ["an absolute path as type", "type=/t;name=n", /"\/t" is not a valid file name/],
    ["a path as name", "type=t;name=../n", /"..\/n" is not a valid file name/],
    ["a folder within its name", "type=t;name=a/n", /"a\/n" is not a valid file name/],
    ["a null in its name", "type=t;name=a\0n", /is not a valid file name/],
  ] as const)
    it(`is refused with ${what}, which fails the step`, () => {
      const { processor, messages } = processed([`##vso[task.addattachment ${properties}]${file}`]);
      assert.equal(processor.result, "failed");
      assert.match(messages[0]!, problem);
      assert.equal(messages.length, 1);
      assert.deepEqual(processor.effects.attachments, []);
    });

  for (const command of [
    "task.addattachment type=t;name=n",
    "task.uploadsummary",
    "task.uploadfile",
    "build.uploadlog",
  ])
    for (const [what, data, problem] of [
      ["a missing file", () => path.join(folder, "none"), /there is no file ".*none"/],
      ["no file named", () => "", /there is no file ""/],
      ["a folder", () => folder, /is not a file/],
    ] as const)
      it(`is refused by ${command} with ${what}`, () => {
        const { processor, messages } = processed([`##vso[${command}]${data()}`]);
        assert.equal(processor.result, "failed");
        assert.match(messages[0]!, problem);
        const { attachments, summaries, files } = processor.effects;
        assert.deepEqual([...attachments, ...summaries, ...files], []);
      });

  it("may be a folder as an artifact", () => {
    const { processor } = processed([`##vso[artifact.upload artifactname=site;containerfolder=c]${folder}`]);
    assert.deepEqual(processor.effects.artifacts, [{ name: "site", path: folder, containerFolder: "c" }]);
  });

  it("is collected for summaries and files", () => {
    const { effects } = processed([
      `##vso[task.uploadsummary]${file}`,
      `##vso[task.uploadfile]${file}`,
      `##vso[build.uploadlog]${file}`,
    ]).processor;
    assert.deepEqual([effects.summaries, effects.files], [[file], [file, file]]);
  });
});

describe("the result of a step", () => {
  const complete = (...results: string[]) =>
    processed(results.map((result) => `##vso[task.complete result=${result}]`)).processor.result;

  for (const [given, result] of [
    ["Succeeded", "succeeded"],
    ["Skipped", "succeeded"],
    ["SucceededWithIssues", "succeededWithIssues"],
    ["Failed", "failed"],
    ["Abandoned", "failed"],
    ["Canceled", "canceled"],
    [" failed ", "failed"],
  ] as const)
    it(`is ${result} where it completes with ${given}, which is no mistake`, () => {
      const { processor, messages } = processed([`##vso[task.complete result=${given}]`]);
      assert.equal(processor.result, result);
      assert.deepEqual(messages, []);
    });

  for (const [given, result] of [
    [["Failed", "Succeeded"], "failed"],
    [["Succeeded", "Failed"], "failed"],
    [["SucceededWithIssues", "Succeeded"], "succeededWithIssues"],
    [["Canceled", "Failed"], "canceled"],
    [["Failed", "Canceled"], "canceled"],
  ] as const)
    it(`is ${result} after ${given.join(" and then ")}`, () => assert.equal(complete(...given), result));

  for (const line of [
    "##vso[task.complete]",
    "##vso[task.complete result=Fine]",
    "##vso[task.setprogress value=101]",
    "##vso[task.setprogress value=-1]",
    "##vso[task.setprogress value=1.5]",
    "##vso[task.setprogress]",
    "##vso[task.setsecret] ",
    "##vso[task.prependpath]",
    "##vso[build.addbuildtag] ",
    "##vso[build.updatebuildnumber]",
    "##vso[task.setvariable]x",
    "##vso[task.settaskvariable]x",
    "##vso[task.logissue]x",
    "##vso[task.logissue type=note]x",
    "##vso[task.setendpoint id=a]x",
    "##vso[task.setendpoint field=url]x",
    "##vso[artifact.upload]/",
    "##vso[results.publish]",
    "##vso[build.dance]",
    "##vso[artifact.dance]",
    "##vso[results.dance]",
  ])
    it(`is failed by ${line}, with the page that documents it`, () => {
      const { processor, messages } = processed([line]);
      assert.equal(processor.result, "failed");
      assert.match(
        messages[0]!,
        /^error: .*failed: .*see https:\/\/learn\.microsoft\.com\/.*logging-commands/,
      );
    });

  it("is unchanged by a line that looks like a command and is none, which is printed with a warning", () => {
    const { processor, written, messages } = processed(["##vso[task.complete", "##VSO"]);
    assert.equal(processor.result, undefined);
    assert.deepEqual(
      written.filter((line) => !line.startsWith("##[warning]")),
      ["##vso[task.complete", "##VSO"],
    );
    assert.equal(messages.filter((message) => message.startsWith("warning: ")).length, 2);
  });
});

describe("what a step asks for", () => {
  it("is carried out with the values that it gives", () => {
    const { processor, state } = processed([
      "##vso[task.setsecret]hidden one",
      "##vso[task.settaskvariable variable=Open]1",
      "##vso[task.settaskvariable variable=Closed;issecret=true]hidden two",
      "##vso[task.setprogress value=100]Uploading",
      "##vso[task.prependpath]/opt/tool",
      "##vso[build.addbuildtag] tested ",
      "##vso[build.updatebuildnumber]1.2.3",
      "##vso[task.setendpoint id=a;field=authParameter;key=token]t",
      "##vso[results.publish resultfiles=a.xml, b.xml;type=NUnit;runtitle=Notebooks]",
      "##vso[results.publish resultfiles=c.xml]",
    ]);
    assert.deepEqual(processor.issues, []);
    assert.equal(state.masker.mask("hidden one, hidden two, 1"), "***, ***, 1");
    assert.deepEqual(
      ["Open", "Closed"].map((name) => [
        state.taskVariables.get(name),
        state.taskVariables.find(name)?.secret,
      ]),
      [
        ["1", false],
        ["hidden two", true],
      ],
    );
    const { progress, prependPath, buildTags, buildNumber, endpoints, testResults } = processor.effects;
    assert.deepEqual(progress, { percent: 100, operation: "Uploading" });
    assert.deepEqual([prependPath, buildTags, buildNumber], [["/opt/tool"], ["tested"], "1.2.3"]);
    assert.deepEqual(endpoints, [{ id: "a", field: "authParameter", key: "token", value: "t" }]);
    assert.deepEqual(
      testResults.map(({ files, type, runTitle }) => ({ files, type, runTitle })),
      [
        { files: ["a.xml", "b.xml"], type: "NUnit", runTitle: "Notebooks" },
        { files: ["c.xml"], type: "JUnit", runTitle: "" },
      ],
    );
  });

  it("is shown in the log if it is a message: an error, a warning, and with System.Debug what is for debugging", () => {
    const lines = [
      "##vso[task.logissue type=Error]bad",
      "##vso[task.issue type=warning]odd",
      "##vso[task.debug]why",
    ];
    assert.deepEqual(processed(lines).written, ["##[error]bad", "##[warning]odd"]);
    assert.deepEqual(processed(lines, { debug: true }).written.at(-1), "##[debug]why");
    assert.deepEqual(processed(lines).messages, ["error: bad", "warning: odd"]);
  });

  it("may be what only the server's pages show, and telemetry, without a word", () => {
    const { messages, written } = processed([
      "##vso[task.logdetail id=1]x",
      "##vso[artifact.associate artifactname=a]x",
      "##vso[telemetry.publish area=a;feature=b]{}",
    ]);
    assert.deepEqual([messages, written], [[], []]);
  });

  it("is a warning if no agent knows it, and fails nothing", () => {
    const { processor, messages } = processed(["##vso[plugin.dance]x"]);
    assert.equal(processor.result, undefined);
    assert.match(messages[0]!, /^warning: Found no command extension for ##vso\[plugin\.command\]/);
  });

  it("fails the step if it is a secret of several lines, which no variable of a job can be", () => {
    for (const command of ["setvariable", "settaskvariable"]) {
      const { processor, state, messages } = processed([
        `##vso[task.${command} variable=Key;issecret=true]first%0Asecond`,
      ]);
      assert.equal(processor.result, "failed");
      assert.match(messages[0]!, /a secret cannot have more than one line/);
      assert.deepEqual([state.variables.get("Key"), state.taskVariables.get("Key")], [undefined, undefined]);
    }
  });

  it("has its message masked", () => {
    const { messages } = processed([
      "##vso[task.setsecret]hidden",
      "##vso[task.logissue type=error]it is hidden",
    ]);
    assert.deepEqual(messages, ["error: it is ***"]);
  });

  it("makes an output of a variable that task.json lists as one, known by its step's name", () => {
    const { processor, state } = processed(["##vso[task.setvariable variable=CLUSTERID]1"], {
      outputNames: ["ClusterId"],
    });
    assert.deepEqual(processor.effects.outputs, { CLUSTERID: { value: "1", secret: false } });
    assert.deepEqual(
      [state.variables.get("ClusterId"), state.variables.get("step.ClusterId")],
      [undefined, "1"],
    );
    assert.deepEqual(processor.variablesSet(), ["step.CLUSTERID"]);
  });
});

describe("a step whose task.json restricts its commands", () => {
  const restrictions = { commands: { mode: "Restricted" } };
  // CommandRestriction attributes in TaskCommandExtension.cs of the agent.
  for (const command of [
    "task.logissue type=warning",
    "task.complete result=Succeeded",
    "task.setprogress value=1",
    "task.setsecret",
    "task.setvariable variable=a",
    "task.settaskvariable variable=a",
    "task.debug",
    "task.logdetail",
    "task.prependpath",
    "telemetry.publish",
  ])
    it(`may ${command}`, () => {
      const { messages } = processed([`##vso[${command}]text`], { restrictions });
      assert.deepEqual(
        messages.filter((message) => message.includes("restricts")),
        [],
      );
    });

  for (const command of [
    "task.addattachment type=t;name=n",
    "task.uploadsummary",
    "task.uploadfile",
    "task.setendpoint id=a;field=url",
    "artifact.upload artifactname=a",
    "build.addbuildtag",
    "build.updatebuildnumber",
    "build.uploadlog",
    "results.publish resultfiles=a",
  ])
    it(`may not ${command}: it is warned, and nothing happens`, () => {
      const { processor, messages } = processed([`##vso[${command}]${import.meta.filename}`], {
        restrictions,
      });
      assert.match(messages[0]!, /^warning: ##vso\[[a-z.]+\] is not allowed in this step/);
      assert.equal(processor.result, undefined);
      assert.deepEqual(processor.effects, processed([]).processor.effects);
    });
});

describe("a variable that a step sets", () => {
  it("is refused with a warning if task.json does not list it, and its value is masked all the same", () => {
    const { state, messages } = processed(["##vso[task.setvariable variable=Other;issecret=true]hidden"], {
      restrictions: { settableVariables: { allowed: ["Mine", "Run.*"] } },
    });
    assert.equal(state.variables.get("Other"), undefined);
    assert.match(messages[0]!, /^warning: The variable Other is not among those that this step may set/);
    assert.equal(state.masker.mask("hidden"), "***");
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
    it(`${name} is ${expected ? "" : "not "}among ${JSON.stringify(allowed) ?? "all"}`, () =>
      assert.equal(isSettable(name, allowed), expected));

  it("stays secret when it is set again, and is read-only as an output", () => {
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

  it("is a warning if it was read-only before", () => {
    const variables = new VariableStore();
    variables.set("Kept", "1", { readOnly: true });
    const { messages } = processed(["##vso[task.setvariable variable=kept]2"], { variables });
    assert.match(messages[0]!, /^warning: Overwriting the read-only variable kept/);
  });

  // Constants.Variables.ReadOnlyVariables of the agent
  for (const name of [
    "Agent.TempDirectory",
    "agent.anything",
    "Build.ArtifactStagingDirectory",
    "Build.BinariesDirectory",
    "Build.BuildId",
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
    "System.PullRequest.TargetBranchName",
    "System.ServerType",
    "System.StageName",
    "System.TeamFoundationCollectionUri",
  ])
    it(`is read-only as ${name}`, () => {
      assert(isReadOnlyVariable(name));
      assert(isReadOnlyVariable(name.toLowerCase()));
      assert(!isReadOnlyVariable(`My.${name}`));
    });

  for (const name of ["MyAgent.x", "Build.Mine", "Build.BuildIdentity", "System.Mine", "PATH"])
    it(`is not read-only as ${name}`, () => assert(!isReadOnlyVariable(name)));
});
