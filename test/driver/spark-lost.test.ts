import assert from "node:assert/strict";
import { Notebooks, printed } from "./notebooks.ts";

/** A notebook that is on Spark and then waits in Python. */
const waiting = [
  "spark.range(3).createOrReplaceTempView('three')\nprint('up', flush=True)\nimport time\nwhile True: time.sleep(0.1)",
];

const up = ({ output }: ReturnType<Notebooks["start"]>) =>
  new Promise((resolve) => output.once("data", resolve));

describe("a Spark that ends while notebooks run", function () {
  this.timeout(180_000);
  const notebooks = new Notebooks("local[1]");
  after(() => notebooks.stop());

  it("the notebooks fail with one sentence, also those that catch the errors, and the next notebook gets a new Spark", async () => {
    const other = notebooks.start(waiting);
    await up(other);
    const killer = await notebooks.run([
      `import os, signal
pid = int(spark._jvm.java.lang.ProcessHandle.current().pid())
spark.range(2).write.saveAsTable('kept')
os.kill(pid, signal.SIGKILL)
try:
    spark.range(3).count()
except BaseException:
    pass
dbutils.notebook.exit('OK')`,
    ]);
    for (const { state, exited, error } of [killer, await other.result]) {
      assert.deepEqual([state, exited, error?.name], ["failed", false, "SparkLost"]);
      assert.match(
        error!.message,
        /^Could not finish the notebook: the workspace's Spark ended while it ran \(its Java process was killed by SIGKILL, .*\), and with it all sessions, temporary views and the tables of its catalog in memory; run the notebook again, for which Spark starts anew\.$/,
      );
    }
    const next = await notebooks.run([
      "print(spark.catalog.tableExists('kept'))\nspark.range(2).write.saveAsTable('kept')",
    ]);
    assert.equal(next.error, undefined);
    assert.equal(printed(next), "False\n");
  });

  it("a notebook that stops the SparkContext fails, too", async () => {
    const { error } = await notebooks.run(["spark._jsc.sc().stop()"]);
    assert.equal(error?.name, "SparkLost");
    assert.match(error?.message ?? "", /ended while it ran \(its SparkContext has stopped\)/);
  });
});
