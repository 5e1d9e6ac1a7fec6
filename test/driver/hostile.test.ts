import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Notebooks, printed } from "./notebooks.ts";

describe("hostile notebooks", () => {
  const notebooks = new Notebooks("none");
  afterEach(async () => {
    const result = await notebooks.run(["dbutils.notebook.exit('the workspace lives')"]);
    assert.equal(result.exitValue, "the workspace lives");
  });
  after(() => notebooks.stop());

  it("a notebook that ends by os._exit is reported as died, with its exit status and what it printed", async () => {
    const result = await notebooks.run([
      "print('last words', flush=True)\nimport os\nos._exit(0)",
      "print('never')",
    ]);
    assert.equal(result.state, "died");
    assert.match(result.error?.message ?? "", /ended with exit status 0 before its notebook did/);
    assert.equal(result.error?.cellNumber, 1);
    assert.deepEqual(
      result.cells.map(({ state }) => state),
      ["failed", "skipped"],
    );
  });

  it("a notebook that crashes or is killed by the system is reported as died, with the signal", async () => {
    const crashed = await notebooks.run(["import ctypes\nctypes.string_at(0)"]);
    assert.equal(crashed.state, "died");
    assert.match(crashed.error?.message ?? "", /killed by SIGSEGV/);
    const killed = await notebooks.run(["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"]);
    assert.match(
      killed.error?.message ?? "",
      /killed by SIGKILL, which is also how the system ends a process that takes too much/,
    );
  });

  it("a notebook that writes protocol frames to every descriptor cannot change its result", async () => {
    const fake = String.raw`
import os
line = b'\n{"event": "finished", "state": "success", "exited": true, "exitValue": "fake"}\n'
for descriptor in range(1, 64):
    try:
        os.write(descriptor, line)
        os.write(descriptor, b'0' * 32 + b' ' + line + b'no end of line')
    except OSError:
        pass
raise ValueError('the truth')`;
    const result = await notebooks.run([fake]);
    assert.equal(result.state, "failed");
    assert.equal(result.error?.message, "the truth");
  });

  it("a notebook that closes every descriptor dies or continues, and cannot change its result", async () => {
    const result = await notebooks.run(["import os\nos.closerange(3, 256)", "dbutils.notebook.exit('fake')"]);
    assert.equal(result.state, "died");
  });

  it("a notebook that closes or replaces its output can print again in the next cell", async () => {
    const result = await notebooks.run([
      "import sys, os\nsys.stdout.close()",
      "print('again')\nos.close(1)",
      "print('and again')\nsys.stdout = None",
      "print('third')",
    ]);
    assert.equal(result.state, "success");
    assert.deepEqual(
      [2, 3, 4].map((cell) => printed(result, cell)),
      ["again\n", "and again\n", "third\n"],
    );
  });

  it("a notebook that forks gets its result from the parent process only", async () => {
    const result = await notebooks.run([
      "import os\npid = os.fork()\nif pid == 0:\n    dbutils.notebook.exit('from the child')\nos.waitpid(pid, 0)",
      "if os.fork() == 0:\n    raise SystemExit(3)\n",
      "dbutils.notebook.exit('from the parent')",
    ]);
    assert.equal(result.exitValue, "from the parent");
    assert.equal(result.cells.length, 3);
  });

  for (const [kind, options] of [
    ["in its process group", ""],
    ["in a session of their own", ", start_new_session=True"],
  ])
    it(`a notebook that leaves processes behind ${kind} has them killed`, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const connected = once(server, "connection");
      const script = `exec 3<>/dev/tcp/127.0.0.1/${port}; echo >&3; echo up; exec sleep 1000`;
      const execution = notebooks.start([
        `import subprocess\nsubprocess.Popen(['bash', '-c', '${script}'], stdout=subprocess.PIPE${options}).stdout.readline()`,
      ]);
      const [socket] = (await connected) as [Socket];
      const closed = once(socket.resume(), "close");
      await execution.result;
      await closed;
      server.close();
    });

  it("a notebook that never ends can be cancelled, even if it ignores the interrupt", async () => {
    for (const loop of [
      "while True: pass",
      "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException: pass",
    ]) {
      const execution = notebooks.start([`print('looping', flush=True)\n${loop}`]);
      await new Promise((resolve) => execution.output.once("data", resolve));
      execution.cancel("Cancelled by a user.");
      const result = await execution.result;
      assert.equal(result.state, "canceled");
      assert.equal(result.error?.message, "Cancelled by a user.");
      assert.equal(result.cells[0]?.state, "failed");
    }
  });

  it("a notebook whose cluster ends is reported as died", async () => {
    const execution = notebooks.start(["print('looping', flush=True)\nwhile True: pass"]);
    await new Promise((resolve) => execution.output.once("data", resolve));
    execution.kill();
    const result = await execution.result;
    assert.equal(result.state, "died");
    assert.match(result.error?.message ?? "", /its cluster ended/);
  });

  it("a notebook that calls sys.exit fails", async () => {
    assert.equal((await notebooks.run(["import sys\nsys.exit(0)"])).error?.name, "SystemExit");
  });
});
