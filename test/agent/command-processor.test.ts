import assert from "node:assert/strict";
import { mkdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { VariableStore } from "../../local/agent/variables.ts";
import { processed } from "./processed-commands.ts";

describe("logging commands", () => {
  const emptyFolder = path.join(tmpdir(), `notebook-ops-test-empty-${process.pid}`);
  before(() => mkdirSync(emptyFolder));
  after(() => rmdirSync(emptyFolder));

  it("a logging command takes effect with its properties and data", () => {
    const lines = [
      "##vso[task.setsecret]hidden one",
      "##vso[task.settaskvariable variable=Open]1",
      "##vso[task.settaskvariable variable=Closed;issecret=true]hidden two",
      "##vso[task.setprogress value=101]Uploading",
      "##vso[task.prependpath]/opt/tool",
      "##vso[build.addbuildtag] tested ",
      "##vso[build.updatebuildnumber]1.2.3",
      "##vso[task.setendpoint id=a;field=authParameter;key=token]t",
      "##vso[results.publish resultfiles=a.xml, b.xml;type=NUnit;runtitle=Notebooks;mergeResults=false]",
      "##vso[results.publish type=JUnit;resultFiles=c.xml;publishRunAttachments=false;failTaskOnFailedTests=true]/d.xml",
      "##vso[results.publishtoevidencestore]",
      "##vso[codecoverage.publish codecoveragetool=Cobertura;summaryfile=c.xml]",
      "##vso[task.setsecret]",
    ];
    const variables = new VariableStore({ "Build.BuildId": "1" });
    const { processor, state } = processed(lines, { variables, endpointIds: ["A"] });
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
    // The data comes before resultFiles, as pytest-azurepipelines has it (ResultsCommandExtension.cs of the agent).
    const common = { isMerged: true, attachFiles: true, failOnFailedTests: false };
    assert.deepEqual(testResults, [
      { ...common, files: ["a.xml", "b.xml"], type: "NUnit", runTitle: "Notebooks", isMerged: false },
      {
        ...common,
        files: ["/d.xml"],
        type: "JUnit",
        runTitle: "",
        attachFiles: false,
        failOnFailedTests: true,
      },
    ]);
    assert.deepEqual(processor.effects.coverage, [
      { tool: "Cobertura", summaryFile: "c.xml", reportFolder: "" },
    ]);
  });

  it("a logging command writes an error or a warning to the log, and a debug message only with System.Debug", () => {
    const lines = [
      "##vso[task.logissue type=Error]bad",
      "##vso[task.issue type=warning;sourcepath=a.py;linenumber=3;columnnumber=1;code=E1]odd",
      "##vso[task.debug]why",
    ];
    assert.deepEqual(processed(lines).written, ["##[error]bad", "##[warning]a.py(3,1): warning E1: odd"]);
    assert.deepEqual(processed(lines, { debug: true }).written.at(-1), "##[debug]why");
    assert.deepEqual(processed(lines).messages, ["error: bad", "warning: a.py(3,1): warning E1: odd"]);
  });

  it("a logging command that only the server uses has no effect and no message: logdetail, associate, telemetry", () => {
    const { messages, written } = processed([
      "##vso[task.logdetail id=5f2bc1f5-2a4d-4a0e-9b6c-0f1de4f3b1a1;name=a;type=build]x",
      "##vso[task.logdetail id=5f2bc1f5-2a4d-4a0e-9b6c-0f1de4f3b1a1;progress=50]x",
      "##vso[artifact.associate artifactname=a;artifacttype=container]#/1/a",
      "##vso[telemetry.publish area=a;feature=b]{}",
    ]);
    assert.deepEqual([messages, written], [[], []]);
  });

  // TaskCommandExtension.cs of the agent.
  for (const [line, expected] of [
    ["##vso[task.logissue]x", /^warning: ##vso\[task\.logissue\] has no type/],
    [
      "##vso[task.setendpoint id=00000000-0000-0000-0000-000000000000;field=url]https://x.example",
      /^warning: A step cannot change the service connection of the agent itself\.$/,
    ],
    [
      `##vso[artifact.upload artifactname=a]${emptyFolder}`,
      /^warning: The folder \S+ is empty; nothing is added to the artifact a\.$/,
    ],
  ] as const)
    it(`a logging command causes a warning where the agent warns: ${line.slice(0, 40)}`, () => {
      const { processor, messages } = processed([line]);
      assert.equal(processor.result, undefined);
      assert.match(messages[0]!, expected);
    });

  it("a logging command of an unknown area causes a warning, and does not fail the step", () => {
    const { processor, messages } = processed(["##vso[plugin.dance]x"]);
    assert.equal(processor.result, undefined);
    assert.match(messages[0]!, /^warning: Found no command extension for ##vso\[plugin\.command\]/);
  });

  it("a logging command that logs an issue has secrets masked in it", () => {
    const { messages } = processed([
      "##vso[task.setsecret]hidden",
      "##vso[task.logissue type=error]it is hidden",
    ]);
    assert.deepEqual(messages, ["error: it is ***"]);
  });
});

describe("the result of a step that runs logging commands", () => {
  const complete = (...results: string[]) =>
    processed(results.map((result) => `##vso[task.complete result=${result}]`)).processor.result;

  for (const [given, result] of [
    ["Succeeded", "succeeded"],
    ["Skipped", "succeeded"],
    ["SucceededWithIssues", "succeededWithIssues"],
    ["Failed", "failed"],
    ["Abandoned", "failed"],
    ["Canceled", "canceled"],
    [" Failed ", "failed"],
    ["0", "succeeded"],
  ] as const)
    it(`the result of a step is ${result} after task.complete with result=${given}`, () => {
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
    it(`the result of a step is ${result}, the worst, after task.complete with ${given.join(" and then ")}`, () =>
      assert.equal(complete(...given), result));

  for (const line of [
    "##vso[task.complete]",
    "##vso[task.complete result=Fine]",
    "##vso[task.complete result=succeeded]",
    "##vso[task.prependpath]",
    "##vso[build.addbuildtag] ",
    "##vso[build.addbuildtag]in a release",
    "##vso[build.updatebuildnumber]",
    "##vso[task.setvariable]x",
    "##vso[task.settaskvariable]x",
    "##vso[task.logissue type=note]x",
    "##vso[task.setendpoint id=a]x",
    "##vso[task.setendpoint field=url]x",
    "##vso[artifact.upload]/",
    "##vso[task.setendpoint id=a;field=url]https://x.example",
    "##vso[task.logdetail id=1;name=a;type=build]x",
    "##vso[task.logdetail id=5f2bc1f5-2a4d-4a0e-9b6c-0f1de4f3b1a1]x",
    "##vso[artifact.associate artifactname=a]x",
    "##vso[results.publish]",
    "##vso[results.publish resultfiles=/a.xml]",
    "##vso[codecoverage.publish]",
    "##vso[telemetry.publish area=a]{}",
    "##vso[release.updatereleasename]a",
    "##vso[build.dance]",
    "##vso[artifact.dance]",
    "##vso[results.dance]",
  ])
    it(`a step is failed by ${line}, with the address of the documentation`, () => {
      const { processor, messages } = processed([line]);
      assert.equal(processor.result, "failed");
      assert.match(
        messages[0]!,
        /^error: Could not run ##vso\[[a-z.]+\]: .*; see https:\/\/learn\.microsoft\.com\/.*logging-commands\.$/,
      );
    });

  it("the result of a step does not change after a malformed command, which is printed with a warning", () => {
    const { processor, written, messages } = processed(["##vso[task.complete", "##VSO"]);
    assert.equal(processor.result, undefined);
    assert.deepEqual(
      written.filter((line) => !line.startsWith("##[warning]")),
      ["##vso[task.complete", "##VSO"],
    );
    assert.equal(messages.filter((message) => message.startsWith("warning: ")).length, 2);
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
    it(`a step with restricted commands can run ${command}`, () => {
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
    it(`a step with restricted commands cannot run ${command}, which only causes a warning`, () => {
      const { processor, messages } = processed([`##vso[${command}]${import.meta.filename}`], {
        restrictions,
      });
      assert.match(messages[0]!, /^warning: ##vso\[[a-z.]+\] is not allowed in this step/);
      assert.equal(processor.result, undefined);
      assert.deepEqual(processor.effects, processed([]).processor.effects);
    });
});
