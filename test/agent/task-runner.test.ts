import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Endpoint, systemEndpointId } from "../../local/agent/endpoint.ts";
import { nodeOf } from "../../local/agent/task/node-handler.ts";
import { runTaskStage, type TaskStageOptions } from "../../local/agent/task-runner.ts";

const tasks = path.join(import.meta.dirname, "fixtures", "tasks");

function endpoint(id: string, name: string): Endpoint {
  return {
    id,
    name,
    type: "azurerm",
    url: "https://management.azure.com/",
    authorization: { scheme: "ServicePrincipal", parameters: { serviceprincipalkey: "the-key" } },
    data: { environment: "AzureCloud" },
  };
}

describe("tasks that the local agent runs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (task: string, options: Partial<TaskStageOptions> = {}) =>
    runTaskStage({ taskFolder: path.join(tasks, task), tempFolder: path.join(folder, "temp"), ...options });
  const speak = (lines: string, options: Partial<TaskStageOptions> = {}) =>
    run("Speak", { ...options, inputs: { lines, ...options.inputs } });
  const show = (names: string, options: Partial<TaskStageOptions> = {}) =>
    speak("", { ...options, inputs: { show: names } });

  describe("what a task can read", () => {
    it("a task can read its inputs, trimmed and with macros expanded once; undefined macros stay", async () => {
      const variables = { Who: "$(Other)", Other: "x" };
      const { log } = await run("Stages", {
        inputs: { WHO: "  $(who) and $(Nobody)  " },
        variables: { ...variables, "Build.BuildId": "1" },
      });
      assert.match(log, /main \$\(Other\) and \$\(Nobody\), undefined/);
    });

    it("a task can read variables, but of secret ones only SECRET_ variables and their names", async () => {
      const { log } = await show("MY_VAR SECRET_MY_TOKEN MY_TOKEN VSTS_SECRET_VARIABLES TF_BUILD AGENT_OS", {
        variables: { "my.var": "open" },
        secretVariables: { "My Token": "geheim" },
      });
      assert.match(
        log,
        /MY_VAR=open\nSECRET_MY_TOKEN=\*\*\*\nMY_TOKEN=undefined\nVSTS_SECRET_VARIABLES=\["My Token"\]\nTF_BUILD=True/,
      );
    });

    it("a task can read no settings of the cloud accounts of the person who runs the pipeline", async () => {
      process.env.DATABRICKS_TOKEN = "mine";
      try {
        assert.match((await show("DATABRICKS_TOKEN PATH")).log, /DATABRICKS_TOKEN=undefined\nPATH=\//);
      } finally {
        delete process.env.DATABRICKS_TOKEN;
      }
    });

    it("a task can read only the service connections that its inputs name, and the connection of the job", async () => {
      const endpoints = [
        endpoint("11111111-1111-4111-8111-111111111111", "one"),
        endpoint("22222222-2222-4222-8222-222222222222", "two"),
        { ...endpoint(systemEndpointId, systemEndpointId), data: {} },
      ];
      const { log } = await run("Stages", { inputs: { connection: "Two", needed: "x" }, endpoints });
      assert.deepEqual(
        log.split("\n").filter((line) => line.startsWith("ENDPOINT_")),
        [
          "ENDPOINT_AUTH_22222222-2222-4222-8222-222222222222",
          "ENDPOINT_AUTH_PARAMETER_22222222-2222-4222-8222-222222222222_SERVICEPRINCIPALKEY",
          "ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_SERVICEPRINCIPALKEY",
          "ENDPOINT_AUTH_SCHEME_22222222-2222-4222-8222-222222222222",
          "ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION",
          "ENDPOINT_AUTH_SYSTEMVSSCONNECTION",
          "ENDPOINT_DATA_22222222-2222-4222-8222-222222222222",
          "ENDPOINT_DATA_22222222-2222-4222-8222-222222222222_ENVIRONMENT",
          "ENDPOINT_URL_22222222-2222-4222-8222-222222222222",
          "ENDPOINT_URL_SYSTEMVSSCONNECTION",
        ],
      );
    });

    for (const handler of ["Node20_1", "Node24"] as const)
      it(`a task can read its code with the Node of its handler ${handler}`, async function () {
        if (nodeOf(handler) === undefined) this.skip();
        const result = await speak("", { node: handler, inputs: { exitCode: "9" } });
        assert(result.issues[0]?.message.includes(nodeOf(handler) ?? ""));
      });
  });

  it("a task is not started with an unknown service connection or without a required input", async () => {
    const unknown = await run("Stages", { inputs: { connection: "none", needed: "x" } });
    assert.equal(unknown.result, "failed");
    assert.match(
      unknown.issues[0]?.message ?? "",
      /^Could not start Stages: its input connection names the service connection none, which does not exist; declare it under serviceConnections in notebook-ops\.local\.yml\.$/,
    );
    const missing = await run("Stages", { inputs: { needed: "" } });
    assert.equal(
      missing.issues[0]?.message,
      "Could not start Stages: its required input needed is empty; set it under inputs.",
    );
  });

  it("a task keeps its task variables from one stage to the next", async () => {
    const before = await run("Stages", { stage: "prejob" });
    const main = await run("Stages", { taskVariables: before.taskVariables });
    assert.match(main.log, /main nobody, kept since before/);
    const after = await run("Stages", { stage: "postjob", taskVariables: main.taskVariables });
    assert.match(after.log, /after nobody, true/);
  });

  describe("tasks that print logging commands", () => {
    it("a task sets variables by logging commands on both streams, also in the middle of a line", async () => {
      const result = await speak("text ##vso[task.setvariable variable=A]1", {
        inputs: { errors: "##vso[task.setvariable variable=B]2" },
      });
      assert.deepEqual(result.variables, { A: "1", B: "2" });
    });

    it("a task sets outputs by logging commands with the name of the step, if isOutput is true or task.json lists them", async () => {
      const lines =
        "##vso[task.setvariable variable=Marked;isOutput=true]1\n##vso[task.setvariable variable=listed]2";
      const result = await speak(lines, { stepName: "step" });
      assert.deepEqual(result.variables, { "step.Marked": "1", "step.listed": "2" });
      assert.deepEqual(Object.keys(result.effects.outputs), ["Marked", "listed"]);
    });

    it("a task registers secrets by logging commands, which are masked in later lines", async () => {
      const result = await speak(
        "##vso[task.setvariable variable=T;issecret=true]hush-hush\nit is hush-hush\n##vso[task.setsecret]psst!\npsst!",
      );
      assert.equal(result.log, "it is ***\n***");
      assert.deepEqual(result.secretVariables, { T: "hush-hush" });
      assert.deepEqual(result.variables, {});
    });

    it("a task fails if it sets a secret of two lines", async () => {
      const result = await speak("##vso[task.setvariable variable=T;issecret=true]a%0Ab");
      assert.equal(result.result, "failed");
      assert.deepEqual(result.secretVariables, {});
    });

    it("a task sets its result by logging commands, of which the worst counts", async () => {
      const complete = (result: string) => `##vso[task.complete result=${result}]`;
      assert.equal((await speak(complete("SucceededWithIssues"))).result, "succeededWithIssues");
      assert.equal((await speak(`${complete("Failed")}\n${complete("Succeeded")}`)).result, "failed");
      assert.equal((await speak(complete("Wonderful"))).result, "failed");
    });

    it("a task logs issues by logging commands, and debug messages only with System.Debug", async () => {
      const lines = "##vso[task.logissue type=warning]careful\n##vso[task.debug]details";
      assert.equal((await speak(lines)).log, "##[warning]careful");
      assert.equal(
        (await speak(lines, { variables: { "System.Debug": "true" } })).log,
        "##[warning]careful\n##[debug]details",
      );
    });

    it("a task fails for an unknown command of a known area, and gets a warning for an unknown area", async () => {
      assert.equal((await speak("##vso[task.dance]x")).result, "failed");
      const warned = await speak("##vso[dance.floor]x");
      assert.equal(warned.result, "succeeded");
      assert.match(warned.log, /^##\[warning\]Found no command extension for ##vso\[dance\.command\]/);
    });

    it("a task fails if it overwrites a variable of the agent", async () => {
      const result = await speak("##vso[task.setvariable variable=agent.tempdirectory]/evil");
      assert.equal(result.result, "failed");
      assert.match(result.log, /overwriting the read-only variable agent\.tempdirectory is not permitted/);
    });

    it("a task attaches only files that exist, and only under valid file names", async () => {
      assert.equal((await speak("##vso[task.addattachment type=t;name=n]/no/such/file")).result, "failed");
      const file = path.join(tasks, "Speak", "task.json");
      assert.equal((await speak(`##vso[task.addattachment type=t;name=../n]${file}`)).result, "failed");
      const attached = await speak(`##vso[task.addattachment type=t;name=n]${file}`);
      assert.deepEqual(attached.effects.attachments, [{ type: "t", name: "n", file }]);
    });
  });

  it("a task fails if its exit code is not 0", async () => {
    const result = await speak("", { inputs: { exitCode: "3" } });
    assert.equal(result.result, "failed");
    assert.equal(result.exitCode, 3);
    assert.match(result.log, /^##\[error\]Exit code 3 returned from process .*node of Speak\.$/);
  });
});
