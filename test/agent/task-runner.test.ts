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

describe("a task on the agent", () => {
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

  describe("sees", () => {
    it("inputs trimmed and expanded once, undefined macros as they are", async () => {
      const variables = { Who: "$(Other)", Other: "x" };
      const { log } = await run("Stages", {
        inputs: { WHO: "  $(who) and $(Nobody)  " },
        variables: { ...variables, "Build.BuildId": "1" },
      });
      assert.match(log, /main \$\(Other\) and \$\(Nobody\), undefined/);
    });

    it("variables open, secrets only as SECRET_ and by name", async () => {
      const { log } = await show("MY_VAR SECRET_MY_TOKEN MY_TOKEN VSTS_SECRET_VARIABLES TF_BUILD AGENT_OS", {
        variables: { "my.var": "open" },
        secretVariables: { "My Token": "geheim" },
      });
      assert.match(
        log,
        /MY_VAR=open\nSECRET_MY_TOKEN=\*\*\*\nMY_TOKEN=undefined\nVSTS_SECRET_VARIABLES=\["My Token"\]\nTF_BUILD=True/,
      );
    });

    it("nothing of the cloud accounts of whoever runs the pipeline", async () => {
      process.env.DATABRICKS_TOKEN = "mine";
      try {
        assert.match((await show("DATABRICKS_TOKEN PATH")).log, /DATABRICKS_TOKEN=undefined\nPATH=\//);
      } finally {
        delete process.env.DATABRICKS_TOKEN;
      }
    });

    it("only the connections that its inputs name, and the job's own", async () => {
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
      it(`the Node of its handler ${handler}`, async function () {
        if (nodeOf(handler) === undefined) this.skip();
        const result = await speak("", { node: handler, inputs: { exitCode: "9" } });
        assert(result.issues[0]?.message.includes(nodeOf(handler) ?? ""));
      });
  });

  it("is not started where the agent's server would refuse it", async () => {
    const unknown = await run("Stages", { inputs: { connection: "none", needed: "x" } });
    assert.equal(unknown.result, "failed");
    assert.match(
      unknown.issues[0]?.message ?? "",
      /found no service connection none, which its input connection names/,
    );
    const missing = await run("Stages", { inputs: { needed: "" } });
    assert.match(missing.issues[0]?.message ?? "", /found its required input needed not given/);
  });

  it("keeps its task variables from stage to stage", async () => {
    const before = await run("Stages", { stage: "prejob" });
    const main = await run("Stages", { taskVariables: before.taskVariables });
    assert.match(main.log, /main nobody, kept since before/);
    const after = await run("Stages", { stage: "postjob", taskVariables: main.taskVariables });
    assert.match(after.log, /after nobody, true/);
  });

  describe("by logging commands", () => {
    it("sets variables, on both streams and in the middle of a line", async () => {
      const result = await speak("text ##vso[task.setvariable variable=A]1", {
        inputs: { errors: "##vso[task.setvariable variable=B]2" },
      });
      assert.deepEqual(result.variables, { A: "1", B: "2" });
    });

    it("sets outputs under the step's name alone, be they marked or listed in task.json", async () => {
      const lines =
        "##vso[task.setvariable variable=Marked;isOutput=true]1\n##vso[task.setvariable variable=listed]2";
      const result = await speak(lines, { stepName: "step" });
      assert.deepEqual(result.variables, { "step.Marked": "1", "step.listed": "2" });
      assert.deepEqual(Object.keys(result.effects.outputs), ["Marked", "listed"]);
    });

    it("registers secrets that no later line shows", async () => {
      const result = await speak(
        "##vso[task.setvariable variable=T;issecret=true]hush-hush\nit is hush-hush\n##vso[task.setsecret]psst!\npsst!",
      );
      assert.equal(result.log, "it is ***\n***");
      assert.deepEqual(result.secretVariables, { T: "hush-hush" });
      assert.deepEqual(result.variables, {});
    });

    it("may not set a secret of two lines", async () => {
      const result = await speak("##vso[task.setvariable variable=T;issecret=true]a%0Ab");
      assert.equal(result.result, "failed");
      assert.deepEqual(result.secretVariables, {});
    });

    it("decides its result; the worst one stands", async () => {
      const complete = (result: string) => `##vso[task.complete result=${result}]`;
      assert.equal((await speak(complete("SucceededWithIssues"))).result, "succeededWithIssues");
      assert.equal((await speak(`${complete("Failed")}\n${complete("Succeeded")}`)).result, "failed");
      assert.equal((await speak(complete("Wonderful"))).result, "failed");
    });

    it("logs issues, and debug lines only when asked", async () => {
      const lines = "##vso[task.logissue type=warning]careful\n##vso[task.debug]details";
      assert.equal((await speak(lines)).log, "##[warning]careful");
      assert.equal(
        (await speak(lines, { variables: { "System.Debug": "true" } })).log,
        "##[warning]careful\n##[debug]details",
      );
    });

    it("fails on a command that its area does not have, and is warned of an area that nobody has", async () => {
      assert.equal((await speak("##vso[task.dance]x")).result, "failed");
      const warned = await speak("##vso[dance.floor]x");
      assert.equal(warned.result, "succeeded");
      assert.match(warned.log, /^##\[warning\]Found no command extension for ##vso\[dance\.command\]/);
    });

    it("is warned when it overwrites what the agent set", async () => {
      const result = await speak("##vso[task.setvariable variable=agent.tempdirectory]/evil");
      assert.match(result.log, /Overwriting the read-only variable agent\.tempdirectory/);
    });

    it("attaches only files that are there, under names that are file names", async () => {
      assert.equal((await speak("##vso[task.addattachment type=t;name=n]/no/such/file")).result, "failed");
      const file = path.join(tasks, "Speak", "task.json");
      assert.equal((await speak(`##vso[task.addattachment type=t;name=../n]${file}`)).result, "failed");
      const attached = await speak(`##vso[task.addattachment type=t;name=n]${file}`);
      assert.deepEqual(attached.effects.attachments, [{ type: "t", name: "n", file }]);
    });
  });

  it("fails when its process does not end with 0", async () => {
    const result = await speak("", { inputs: { exitCode: "3" } });
    assert.equal(result.result, "failed");
    assert.equal(result.exitCode, 3);
    assert.match(result.log, /^##\[error\]Exit code 3 returned from process .*node of Speak\.$/);
  });

  it("may print 50 MB: the log's end stays in memory, all of it in the file", async () => {
    const line = "x".repeat(1_000);
    const result = await speak(Array.from({ length: 100 }, () => line).join("\n"), {
      logFile: path.join(folder, "log"),
    });
    assert.equal(result.log.length, 100 * 1_001 - 1);
  });
});
