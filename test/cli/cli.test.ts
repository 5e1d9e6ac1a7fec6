import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { fixture, notebookOps } from "./run-command.ts";

describe("notebook-ops emulator", () => {
  it("notebook-ops emulator gives its command the environment of the workspace, and ends with that command's exit code", async () => {
    const script =
      "fetch(process.env.DATABRICKS_HOST + '/api/2.0/clusters/list', { headers: { Authorization: 'Bearer ' + process.env.DATABRICKS_TOKEN } }).then((r) => { console.log(r.status); process.exit(7); })";
    const { exitCode, out } = await notebookOps(["emulator", "--", process.execPath, "-e", script]);
    assert.deepEqual({ exitCode, out }, { exitCode: 7, out: "200\n" });
  });

  it("notebook-ops emulator prints one JSON object first when it is ready, and ends at Ctrl-C", async () => {
    const { exitCode, out } = await notebookOps(["emulator", "--json"], {
      onOut: (text, child) => text.includes("\n") && child.kill("SIGINT"),
    });
    const ready = JSON.parse(out.split("\n")[0] ?? "") as Record<string, unknown>;
    assert.equal(exitCode, 0);
    assert.equal(ready.ready, true);
    await assert.rejects(fetch(`${String(ready.controlUrl)}/ledger`));
  });

  it("notebook-ops emulator says in one sentence that a port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      assert.deepEqual(await notebookOps(["emulator", "--port", String(port)]), {
        exitCode: 1,
        out: "",
        err: `Could not listen on port ${port} and those after it: ${port} is in use; give other ports by --port.\n`,
      });
    } finally {
      server.close();
    }
  });

  it("notebook-ops emulator says in one sentence that a command does not exist", async () => {
    const { exitCode, err } = await notebookOps(["emulator", "--", "no-such-command"]);
    assert.equal(exitCode, 1);
    assert.match(err, /^Could not start no-such-command: .*ENOENT; give a command that is on the PATH\.\n$/);
  });
});

describe("notebook-ops run", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("notebook-ops run writes the record, and prints no secret", async () => {
    const record = path.join(folder, "record.json");
    const args = [
      "run",
      fixture("asks.yml"),
      "--var",
      "WORD=hi",
      "--secret",
      "DatabricksToken",
      "--record",
      record,
    ];
    const { exitCode, out } = await notebookOps(args, { environment: { DatabricksToken: "a-wrong-token" } });
    assert.equal(exitCode, 0, out);
    assert(!out.includes("a-wrong-token"));
    assert.match(out, /authority: \/\S+\.pem/);
    const { result, jobs, variables, leftovers } = JSON.parse(readFileSync(record, "utf8"));
    assert.deepEqual(
      { result, variables, leftovers },
      { result: "succeeded", variables: { "make.Said": "hi" }, leftovers: [] },
    );
    assert.deepEqual(Object.keys(jobs[0].steps[1]).sort(), [
      "displayName",
      "durationMs",
      "logFile",
      "name",
      "result",
      "task",
    ]);
  });

  it("notebook-ops run starts nothing of a pipeline that is not supported, and tells all that is not", async () => {
    const file = path.join(import.meta.dirname, "../agent/fixtures/unsupported/azure-pipelines.yml");
    const { exitCode, out, err } = await notebookOps(["run", file]);
    assert.deepEqual([exitCode, out], [2, ""]);
    const lines = err.trimEnd().split("\n");
    assert.equal(
      lines.pop(),
      "Nothing was started because of these 5 problems; --skip-unsupported runs the rest of the pipeline.",
    );
    assert.deepEqual(
      lines.map((line) => /\w+\.yml:\d+:\d+: /.exec(line)?.[0]),
      [
        "pipelines.yml:13:13: ",
        "pipelines.yml:17:23: ",
        "pipelines.yml:19:20: ",
        "pipelines.yml:25:15: ",
        "steps.yml:2:5: ",
      ],
    );
  });

  it("notebook-ops run says in one sentence why it cannot keep its runs", async () => {
    symlinkSync("/nowhere/at/all", path.join(folder, `notebook-ops-runs-${userInfo().uid}`));
    const { exitCode, err } = await notebookOps(
      ["run", fixture("asks.yml"), "--secret", "DatabricksToken=x"],
      {
        environment: { TMPDIR: folder },
      },
    );
    assert.equal(exitCode, 1);
    assert.match(
      err,
      /^Could not keep runs in \S+: it is a link that leads nowhere; remove it, or set TMPDIR to a folder of yours\.\n$/,
    );
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    it(`notebook-ops run cancels at ${signal}, cleans up, and leaves no process`, async () => {
      let pid = 0;
      const { exitCode, out } = await notebookOps(["run", fixture("waits.yml")], {
        onOut: (text, child) => {
          const found = /waiting in (\d+)/.exec(text);
          if (found && pid === 0) {
            pid = Number(found[1]);
            child.kill(signal);
          }
        },
      });
      assert.equal(exitCode, 130, out);
      assert.match(out, /Canceling: clean-up steps still run/);
      assert.match(out, /^ {3}cleaned$/m);
      assert.match(out, /■ The pipeline was canceled after/);
      assert.throws(() => process.kill(pid, 0));
    });

  it("notebook-ops run ends at once at the second Ctrl-C", async () => {
    let sent = 0;
    const { exitCode, out } = await notebookOps(["run", fixture("waits.yml")], {
      onOut: (text, child) => {
        if (sent === 0 && text.includes("waiting in")) sent = child.kill("SIGTERM") ? 1 : 0;
        else if (sent === 1 && text.includes("Canceling")) sent = child.kill("SIGINT") ? 2 : 1;
      },
    });
    assert.equal(exitCode, 130, out);
  });

  it("notebook-ops run keeps the workspace until Ctrl-C with --keep", async () => {
    let ledger: Promise<Response> | undefined;
    const { exitCode } = await notebookOps(
      ["run", fixture("asks.yml"), "--secret", "DatabricksToken=x", "--keep"],
      {
        onOut: (text, child) => {
          const url = /until Ctrl-C: (\S+)\n/.exec(text)?.[1];
          if (!url || ledger) return;
          ledger = fetch(url).finally(() => child.kill("SIGINT"));
        },
      },
    );
    assert.equal((await ledger)?.status, 200);
    assert.equal(exitCode, 0);
  });
});
