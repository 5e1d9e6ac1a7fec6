import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { runTask } from "../harness/run-task.ts";
import { startWorkspace } from "../harness/workspace.ts";
import { ask } from "./ask.ts";

describe("the list of requests", () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({
      config: {
        spark: { master: "none" },
        keyVault: { secrets: { password: "vault-hunter2" } },
        databricks: { secretScopes: { weather: { password: "scope-hunter2" } } },
      },
    });
  });
  afterEach(() => emulator.stop());

  const asked = async (what: "requests" | "ledger" = "requests") =>
    (await fetch(`${emulator.ready.controlUrl}/${what}`)).text();
  const databricks = (method: string, path: string, body?: object) =>
    ask(emulator, method, `${emulator.ready.databricksUrl}${path}`, {
      token: emulator.ready.databricksToken,
      headers: { "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  /** Submits a run whose name and path contain the value. */
  const use = (value: string) =>
    databricks("POST", `/api/2.1/jobs/runs/submit?q=${encodeURIComponent(value)}`, {
      run_name: `load with ${value}`,
      tasks: [{ task_key: "a", notebook_task: { notebook_path: `/Shared/${value}` } }],
    });

  for (const [what, value] of [
    ["of the key vault", "vault-hunter2"],
    ["of a secret scope", "scope-hunter2"],
  ] as const)
    it(`the list of requests shows *** instead of a secret ${what}`, async () => {
      await use(value);
      assert.doesNotMatch(await asked(), new RegExp(value));
      assert.match(await asked(), /load with \*\*\*/);
    });

  it("the list of requests redacts a secret that becomes known after the request", async () => {
    await use("late-hunter2");
    assert.match(await asked(), /late-hunter2/);
    emulator.keepSecret("late-hunter2");
    assert.doesNotMatch(await asked(), /late-hunter2/);
  });

  it("the list of requests redacts the tokens that the workspace issued and the secrets of its clients", async () => {
    const { text } = await databricks("POST", "/api/2.0/token/create", {});
    const { token_value: token } = JSON.parse(text) as { token_value: string };
    for (const value of [token, emulator.ready.clientSecret, emulator.ready.devopsToken!]) await use(value);
    for (const value of [token, emulator.ready.clientSecret, emulator.ready.devopsToken!])
      assert(!(await asked()).includes(value));
  });

  it("the list of requests records only the length of parameters, Spark settings and environment variables", async () => {
    await databricks("POST", "/api/2.1/jobs/runs/submit", {
      tasks: [
        {
          task_key: "a",
          notebook_task: { notebook_path: "/Shared/a", base_parameters: { pw: "hunter2", n: 12 } },
          new_cluster: { spark_conf: { "spark.pw": "hunter2" }, spark_env_vars: { PW: "hunter2" } },
          python_wheel_task: { parameters: ["--pw", "hunter2"] },
        },
      ],
      job_parameters: { pw: "hunter2" },
      parameters: [{ name: "pw", default: "hunter2" }],
    });
    assert.doesNotMatch(await asked(), /hunter2/);
    const { body } = emulator.requests().at(-1) as { body: { tasks: unknown[]; parameters: unknown } };
    assert.deepEqual(body.tasks[0], {
      task_key: "a",
      notebook_task: {
        notebook_path: "/Shared/a",
        base_parameters: { pw: "(7 characters)", n: "(2 characters)" },
      },
      new_cluster: { spark_conf: { "spark.pw": "(7 characters)" }, spark_env_vars: { PW: "(7 characters)" } },
      python_wheel_task: { parameters: ["(4 characters)", "(7 characters)"] },
    });
    assert.deepEqual(body.parameters, [{ name: "pw", default: "(7 characters)" }]);
  });

  it("the list of requests redacts secrets in the names of the ledger, too", async () => {
    await databricks("POST", "/api/2.0/token/create", { comment: "for vault-hunter2" });
    assert.doesNotMatch(await asked("ledger"), /hunter2/);
    assert.match(await asked("ledger"), /for \*\*\*/);
  });
});

describe("a secret variable that a task passes to a notebook as a parameter", () => {
  it("a secret variable that a task passes to a notebook does not appear in the list of requests", async function () {
    this.timeout(120_000);
    await using workspace = await startWorkspace();
    const folder = await mkdtemp(path.join(tmpdir(), "request-log-"));
    try {
      await writeFile(
        path.join(folder, "a.py"),
        "# Databricks notebook source\ndbutils.notebook.exit('done')\n",
      );
      const { result, log } = await runTask({
        task: "DatabricksRunNotebook",
        workspace,
        inputs: { notebookFolder: folder, parameters: "pw=$(dbpw)", serverless: "true" },
        secretVariables: { dbpw: "db-hunter2", BearerToken: workspace.emulator.ready.databricksToken },
      });
      assert.equal(result, "succeeded", log);
      const shown = await (await fetch(`${workspace.emulator.ready.controlUrl}/requests`)).text();
      assert.match(shown, /"pw":"\(10 characters\)"/);
      assert.doesNotMatch(shown, /db-hunter2/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
