import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { holdsCommand, hostileTexts } from "../../fixtures/hostile-text.ts";
import { errors, type RunTaskOptions, runTask } from "../../harness/run-task.ts";

const task = path.join(import.meta.dirname, "probe");

describe("the stages of a task", () => {
  for (const node of ["Node24", "Node20_1"] as const)
    it(`a stage succeeds when its work is done (${node})`, async () => {
      const result = await probe("succeed", { node });
      assert.equal(result.result, "succeeded");
      assert.equal(result.log, "fine");
    });

  it("a stage fails with one sentence in one line, and exit code 0", async () => {
    const result = await probe("throw");
    assert.equal(result.result, "failed");
    assert.equal(result.exitCode, 0);
    assert.deepEqual(errors(result), ["Could not do it: the reason what to do."]);
  });

  for (const [behaviour, message] of [
    ["throwLater", "thrown where nobody waits"],
    ["rejectLater", "rejected where nobody waits"],
    [
      "stopShort",
      "Could not finish this step: nothing was left to wait for before its work was done; report this as a defect of the task.",
    ],
  ] as const)
    it(`a stage fails with one sentence when it would ${behaviour}`, async () => {
      const result = await probe(behaviour);
      assert.equal(result.result, "failed");
      assert.deepEqual(errors(result), [message]);
    });

  it("a stage undoes what it did when it fails, the newest first", async () => {
    const result = await probe("undoOnFailure");
    assert.equal(result.log, "undone: second\nundone: first\n##[error]failed");
  });

  it("a stage goes on undoing when a part of it fails", async () => {
    const result = await probe("undoHalf");
    assert.match(result.log, /Could not undo a part of this step: no way back\.\nundone: the rest\n/);
    assert.equal(result.result, "failed");
  });

  for (const behaviour of ["waitForCancel", "ignoreCancel"] as const)
    for (const node of ["Node24", "Node20_1"] as const)
      it(`a stage undoes what it did when it is cancelled, and logs it (${behaviour}, ${node})`, async () => {
        const canceled = new AbortController();
        const result = await probe(behaviour, {
          node,
          signal: canceled.signal,
          onLine: (line) => {
            if (line === "waiting") canceled.abort();
          },
        });
        assert.equal(result.result, "canceled");
        assert.equal(result.exitCode, 0);
        assert.equal(result.log, "waiting\nCanceled: undoing what this step has done so far.\nundone");
      });

  it("a stage is cancelled, whatever its work makes of that", async () => {
    const canceled = new AbortController();
    const result = await probe("swallowCancel", {
      signal: canceled.signal,
      onLine: (line) => {
        if (line === "waiting") canceled.abort();
      },
    });
    assert.equal(result.log, "waiting\nCanceled: undoing what this step has done so far.\nundone");
    assert.deepEqual(
      result.commands.filter(({ event }) => event === "complete").map(({ properties }) => properties.result),
      ["Canceled"],
    );
  });

  describe("warns of an undo that hangs, and ends before the agent kills it", () => {
    const cut =
      "Could not undo all of this step in time: it took longer than 6 s; the post-job step removes the rest.";

    it("a stage warns of an undo that hangs, and ends before the agent kills it, when it is cancelled", async () => {
      const canceled = new AbortController();
      const result = await probe("hangInUndo", {
        signal: canceled.signal,
        onLine: (line) => {
          if (line === "waiting") canceled.abort();
        },
      });
      assert.deepEqual([result.result, result.exitCode], ["canceled", 0]);
      assert.equal(
        result.log,
        `waiting\nCanceled: undoing what this step has done so far.\nundone: second\n##[warning]${cut}`,
      );
    });

    it("a stage warns of an undo that hangs, and ends before the agent kills it, when it fails", async () => {
      const result = await probe("failAndHangInUndo");
      assert.deepEqual([result.result, result.exitCode], ["failed", 0]);
      assert.equal(result.log, `undone: second\n##[warning]${cut}\n##[error]failed`);
    });
  });

  it("a stage goes on undoing when SIGTERM follows SIGINT", async () => {
    const canceled = new AbortController();
    const result = await probe("waitForCancel", {
      signal: canceled.signal,
      cancelTimes: { afterInterruptMs: 50, afterTerminateMs: 2_500 },
      onLine: (line) => {
        if (line === "waiting") canceled.abort();
      },
    });
    assert.match(result.log, /undone$/);
  });

  it("a stage of a task undoes what it did when it gets Ctrl+Break, which the agent sends on Windows", async () => {
    const result = await probe("getCtrlBreak");
    assert.equal(result.result, "canceled");
    assert.equal(result.log, "Canceled: undoing what this step has done so far.\nundone");
  });

  it("a stage prints all that a stream was given before it ends", async () => {
    const result = await probe("streamMuch");
    assert.equal(result.log.trimEnd().split("\n").at(-1), "line 1999");
    assert.equal(result.log.trimEnd().split("\n").length, 2000);
  });

  it("a stage leaves documents in which every secret that it knows is masked, under names of its own", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "notebook-ops-documents-"));
    const secretVariables = { password: 'p@ss"word-<1>' };
    const result = await probe("documents", { text: "$(password)", secretVariables, tempFolder: folder });
    const [page, record] = await Promise.all(
      result.effects.attachments.map(({ file }) => readFile(file, "utf8")),
    );
    assert.equal(page, '<p>***</p><p>"***"</p>');
    assert.deepEqual(JSON.parse(record!), {
      schema: 'p@ss"word-<1>',
      outcome: "passed",
      results: [{ name: "***" }],
    });
    assert.equal(result.log, "TypeError");
    await rm(folder, { recursive: true });
  });

  it("a stage keeps a journal for the stage that follows", async () => {
    const first = await probe("journal");
    const second = await probe("journal", { taskVariables: first.taskVariables });
    assert.equal(second.taskVariables.key, "xx");
  });

  it("a stage keeps what a server put into the journal as it is, and starts the next stage with it", async () => {
    const first = await probe("journalHostile");
    const second = await probe("journalHostile", { taskVariables: first.taskVariables });
    assert.deepEqual([first.log, second.log], ["as it was written", "as it was written"]);
  });

  it("a stage sets each output for the steps of the job and, unless it is secret, for other jobs", async () => {
    const result = await probe("output", { text: "hunter2-hunter2" });
    assert.equal(result.variables.Open, "a\nb;c]%");
    assert.equal(result.variables["step.Open"], "a\nb;c]%");
    assert.equal(result.secretVariables.Hidden, "hunter2-hunter2");
    assert.equal(result.secretVariables.Shared, "hunter2-hunter2");
    assert.deepEqual(Object.entries(result.effects.outputs), [
      ["Open", { value: "a\nb;c]%", secret: false }],
      ["Shared", { value: "hunter2-hunter2", secret: true }],
    ]);
    assert.equal(result.variables.Address, undefined);
    assert.equal(result.secretVariables.Address, "https://example.org/?token=hunter2-hunter2");
    assert.match(
      result.log,
      /^\$\(Address\) contains a secret, so it is not an output that other jobs can read\.$/m,
    );
    assert.match(result.log, /^again: \*\*\*$/m);
    // After `user:`, 5 bytes, a secret begins at offset 2 of a group of three: base64 writes it otherwise than alone.
    const encoded = Buffer.from("user:hunter2-hunter2").toString("base64");
    const ofSecretAlone = encoded.slice(8, -2);
    assert.match(result.log, /^dXNlcjp\S*\*\*\*\S*$/m);
    assert(!result.log.includes(ofSecretAlone), result.log);
    for (let at = 7; at + 8 <= encoded.length; at++)
      assert(!result.log.includes(encoded.slice(at, at + 8)), result.log);
  });

  describe("reaches the network as its agent is configured to", () => {
    const network = async (options: Partial<RunTaskOptions>) =>
      JSON.parse((await probe("network", options)).log);
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), "notebook-ops-network-"));
    });
    afterEach(() => rm(folder, { recursive: true }));
    const file = async (name: string) => {
      await writeFile(path.join(folder, name), `the ${name}`);
      return path.join(folder, name);
    };

    it("a stage reaches the network directly, with what Node trusts", async () => {
      assert.deepEqual(await network({}), { proxies: [null, null] });
    });

    it("a stage reaches the network through the agent's proxy, but for the hosts that bypass it", async () => {
      const variables = {
        "Agent.ProxyUrl": "http://proxy.example.org:3128",
        "Agent.ProxyBypassList": '["inside\\\\.example"]',
      };
      const { proxies } = await network({ variables });
      assert.deepEqual(proxies, ["http://proxy.example.org:3128", null]);
    });

    it("a stage reaches the network trusting the agent's certificate authority", async () => {
      const { authorities } = await network({ variables: { "Agent.CAInfo": await file("authority") } });
      assert.deepEqual(authorities, ["the authority"]);
    });

    it("a stage reaches the network without reading a certificate authority that Node has already read", async () => {
      const authority = await file("authority");
      const options = {
        variables: { "Agent.CAInfo": authority },
        environment: { NODE_EXTRA_CA_CERTS: authority },
      };
      assert.equal((await network(options)).authorities, undefined);
    });

    it("a stage reaches the network showing the agent's client certificate", async () => {
      const certificate = await file("certificate");
      const variables = { "Agent.ClientCert": certificate, "Agent.ClientCertKey": await file("key") };
      const secretVariables = { "Agent.ClientCertPassword": "passphrase-1" };
      assert.deepEqual((await network({ variables, secretVariables })).client, {
        certificate: "the certificate",
        key: "the key",
        passphrase: "***",
      });
      assert.deepEqual((await network({ variables: { "Agent.ClientCert": certificate } })).client, {
        certificate: "the certificate",
      });
    });
  });

  // A variable cannot hold every character of these: a null ends an environment variable.
  for (const { name, text } of hostileTexts.filter((each) => !each.text.includes("\u0000")))
    it(`a stage never executes a command that comes from outside: ${name}`, async () => {
      const logged = await probe("logHostile", { text });
      assert.equal(logged.result, "succeeded", logged.log);
      const own = ["task.debug", "task.complete", "task.issue"];
      for (const command of logged.commands)
        assert(own.includes(`${command.area}.${command.event}`), logged.log);
      assert(!holdsCommand(logged.log.replaceAll(/^##\[warning\]/gm, "")), logged.log);
      const failed = await probe("throwHostile", { text });
      assert.equal(failed.result, "failed");
      for (const command of failed.commands)
        assert(own.includes(`${command.area}.${command.event}`), failed.log);
    });
});

function probe(behaviour: string, { text = "x", ...more }: Partial<RunTaskOptions> & { text?: string } = {}) {
  return runTask({ task, ...more, inputs: { behaviour, text } });
}
