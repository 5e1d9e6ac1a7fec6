import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { FrameServer } from "../../local/driver/frames.ts";
import { readInstallation } from "../../local/driver/installation.ts";
import { parseMaster } from "../../local/driver/master.ts";
import type { PythonHost } from "../../local/driver/python-host.ts";
import { Spark } from "../../local/driver/spark.ts";
import { Notebooks } from "./notebooks.ts";
import { freePort } from "./spark-servers.ts";

describe("spark.master", function () {
  this.timeout(60_000);

  // https://spark.apache.org/docs/latest/submitting-applications.html#master-urls
  // https://github.com/apache/spark/blob/master/sql/connect/docs/client-connection-string.md
  it("takes Spark's addresses", () => {
    const kinds = {
      none: "none",
      local: "local",
      "local[4]": "local",
      "local[*]": "local",
      "local[*,2]": "local",
      "spark://h1:7077,h2:7077": "standalone",
      "sc://host": "connect",
      "sc://host:15002/": "connect",
      "sc://host:443/;use_ssl=true;token=a%20b;user_id=u": "connect",
    };
    for (const [text, kind] of Object.entries(kinds)) assert.equal(parseMaster(text).kind, kind, text);
    const connect = parseMaster("sc://host:443/;use_ssl=true;token=a%20b");
    assert.deepEqual(connect.kind === "connect" && [connect.shown, connect.secrets], [
      "sc://host:443",
      ["a%20b", "a b"],
    ]);
    const cluster = parseMaster("spark://h1:7077,h2:7078");
    assert.deepEqual(cluster.kind === "standalone" && cluster.hosts, [
      { host: "h1", port: 7077 },
      { host: "h2", port: 7078 },
    ]);
  });

  it("says what is wrong with any other, without its token", () => {
    const why = (text: string) => {
      try {
        return parseMaster(text).kind;
      } catch (error) {
        return (error as Error).message;
      }
    };
    const unsupported = (master: string) =>
      `Could not start Spark: the master "${master}" is of a kind that the local workspace does not support; use local[*], spark://host:port, sc://host:port or none.`;
    for (const master of ["yarn", "k8s://https://host:443", "local-cluster[2,1,1024]"])
      assert.equal(why(master), unsupported(master));
    assert.match(why("spark://host"), /names a host without a port/);
    assert.match(why("local[x]"), /"local\[x\]" is none that Spark knows/);
    assert.match(why("sc:host/;token=secret"), /"sc:host\/;token=\*\*\*" is none that Spark knows/);
    assert.match(why("sc://host/path;token=secret"), /token=\*\*\*" is not an address of Spark Connect/);
  });

  it("a notebook on a cluster that cannot be reached fails at once", async () => {
    const port = await freePort();
    const notebooks = new Notebooks(`spark://127.0.0.1:${port}`);
    try {
      const { error } = await notebooks.run(["spark.range(1).count()"]);
      assert.equal(
        error?.message,
        `Could not reach the Spark master spark://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}; start it, or correct spark.master in notebook-ops.local.yml.`,
      );
    } finally {
      await notebooks.stop();
    }
  });

  it("a Java that does not start is tried again for each notebook, and each fails with what Java says", async () => {
    const stateFolder = mkdtempSync(path.join(tmpdir(), "spark-test-"));
    const server = new FrameServer();
    const start = (jvmCommand: string[]) =>
      new Spark(
        { master: "local[1]" },
        {
          installation: { ...readInstallation(), jvmCommand },
          host: () => ({}) as PythonHost, // the keeper, for which it is, comes after Java
          server,
          stateFolder,
          dbfsFolder: stateFolder,
        },
      );
    try {
      const [java] = readInstallation().jvmCommand as [string];
      const lost = () => assert.fail("the run never had Spark");
      const missing = start(["/nowhere/java"]);
      for (const run of ["1", "2"])
        await assert.rejects(missing.address(run, lost), {
          message:
            /^Could not start Spark's Java process: it could not be started \(spawn \/nowhere\/java ENOENT\)/,
        });
      await missing.stop();
      const tooSmall = start([java, "-Xmx1k"]);
      const both = await Promise.allSettled(["3", "4"].map((run) => tooSmall.address(run, lost)));
      for (const one of both)
        assert.match(
          String(one.status === "rejected" && one.reason.message),
          /^Could not start Spark's Java process: it ended with exit code 1 and printed: .*Too small maximum heap/,
        );
    } finally {
      server.close();
      rmSync(stateFolder, { recursive: true, force: true });
    }
  });
});
