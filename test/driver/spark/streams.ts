import assert from "node:assert/strict";
import type { Execution } from "../../../local/driver/execution.ts";
import type { ExecutionResult } from "../../../local/driver/execution-result.ts";
import { displayed, type Notebooks, printed } from "../notebooks.ts";

/** Starts a stream of the table `numbers` that never ends by itself. */
const stream = (name: string, sink = "format('noop')") => `
query = (spark.readStream.table('numbers').writeStream.${sink}.queryName('${name}')
  .option('checkpointLocation', '/Volumes/main/default/checkpoints/${name}').start())
`;

export function describeStreams(notebooks: Notebooks): void {
  before(async () => {
    const result = await notebooks.run(["spark.range(5).write.saveAsTable('numbers')"]);
    assert.equal(result.error, undefined);
  });

  /** The names of the streams whose threads are alive in the JVM, whoever started them. */
  async function alive(): Promise<string> {
    const result = await notebooks.run([
      `import re
threads = [t.getName() for t in spark._jvm.java.lang.Thread.getAllStackTraces().keySet()]
print(*sorted(re.search(r'stream execution thread for (\\S+)', name).group(1) for name in threads if name.startswith('stream execution thread')))`,
    ]);
    return printed(result).trim();
  }

  /** Resolves when the notebook has printed `text`, or its streams have reported it. */
  function shows(execution: Execution, text: string): Promise<void> {
    let shown = "";
    return new Promise((resolve, reject) => {
      execution.output.on("data", (chunk) => {
        shown += chunk;
        if (shown.includes(text)) resolve();
      });
      execution.output.on("end", () => reject(new Error(`ended without "${text}": ${shown}`)));
    });
  }

  it("a run with an active stream stays open after its last cell and after exit, and then succeeds", async () => {
    const availableNow = stream("late", "trigger(availableNow=True).foreachBatch(work)");
    const result = await notebooks.run([
      "import time\ndone = '/Volumes/main/default/done'\ndef work(rows, batch):\n    time.sleep(1)\n    dbutils.fs.put(done, str(rows.count()))",
      availableNow,
      "dbutils.notebook.exit('started')",
    ]);
    assert.deepEqual([result.state, result.exitValue], ["success", "started"]);
    const after = await notebooks.run(["print(dbutils.fs.head('/Volumes/main/default/done'))"]);
    assert.equal(printed(after), "5\n");
    assert.match(displayed(result, 2), /^Stream late: batch 0: 5 rows in, [\d.]+ rows\/s, [\d.]+ s$/);
  });

  it("a stream that fails after the last cell fails the run with its own exception, at the cell that started it", async () => {
    const failed = await notebooks.run([
      "def work(rows, batch):\n    raise ValueError('no column amount')",
      stream("silver", "foreachBatch(work)"),
      `${stream("gold")}print('started')`,
    ]);
    assert.equal(failed.state, "failed");
    assert.match(
      failed.error?.message ?? "",
      /^\[STREAM_FAILED\] Query silver \[id = \S+, runId = \S+\] terminated with exception: ValueError: no column amount$/,
    );
    assert.equal(failed.error?.name, "StreamingQueryException");
    assert.match(
      failed.error?.trace ?? "",
      /File "\/Shared\/notebook-\d+ \(cell 1\)", line 2, in work\n {4}raise/,
    );
    assert.doesNotMatch(failed.error?.trace ?? "", /py4j|\tat |Logical Plan/);
    assert.deepEqual(
      failed.cells.map(({ state }) => state),
      ["success", "failed", "success"],
    );
    assert.equal(failed.error?.cellNumber, 2);
    assert.equal(await alive(), "");
  });

  it("a stream that fails ends a cell that would never end", async () => {
    const failed = await notebooks.run([
      stream("bronze", "foreachBatch(lambda rows, batch: 1 / 0)"),
      "import time\nwhile True: time.sleep(1)",
    ]);
    assert.equal(failed.state, "failed");
    assert.match(failed.error?.message ?? "", /Query bronze .*ZeroDivisionError: division by zero$/);
    assert.deepEqual([failed.error?.cellNumber, failed.cells[1]?.state], [1, "failed"]);
  });

  it("a stream that fails throws a readable exception from awaitTermination", async () => {
    const failed = await notebooks.run([
      `query = (spark.readStream.table('numbers').selectExpr('assert_true(id < 3)').writeStream.format('noop').start())
query.awaitTermination()`,
    ]);
    assert.match(
      failed.error?.message ?? "",
      /^\[STREAM_FAILED\] Query \[.*\] terminated with exception: \[USER_RAISED_EXCEPTION\] '\(id < 3L?\)' is not true!/,
    );
    assert.ok((failed.error?.message ?? "").split("\n").length < 3, failed.error?.message);
    assert.match(
      failed.error?.trace ?? "",
      /^Traceback .*\n {2}File "\/Shared\/notebook-\d+ \(cell 1\)", line 2/,
    );
    assert.doesNotMatch(failed.error?.trace ?? "", /pyspark|\tat |Logical Plan/);
  });

  it("streams that threads of the notebook start write new tables, by either name of toTable, in its session and job group", async () => {
    const result = await notebooks.run([
      `from concurrent.futures import ThreadPoolExecutor
def group():
    return spark.sparkContext.getLocalProperty('spark.jobGroup.id')
own = group()
def copy(method):
    writer = spark.readStream.table('numbers').writeStream.trigger(availableNow=True)
    query = getattr(writer.option('checkpointLocation', f'/Volumes/main/default/checkpoints/{method}'), method)(f'copied_by_{method}')
    query.awaitTermination()
    return spark.table(f'copied_by_{method}').count(), group() == own
with ThreadPoolExecutor(2) as pool:
    print(*pool.map(copy, ['toTable', 'table']))`,
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result), "(5, True) (5, True)\n");
  });

  it("a stream that the notebook starts again after a failure does not fail the run", async () => {
    const result = await notebooks.run([
      `fails = True
def work(rows, batch):
    if fails: raise ValueError('not yet')`,
      `${stream("again", "trigger(availableNow=True).foreachBatch(work)")}
try:
    query.awaitTermination()
except Exception as error:
    print('failed')
    fails = False
${stream("again", "trigger(availableNow=True).foreachBatch(work)")}`,
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 2), "failed\n");
  });

  it("a stream has stopped when its run has ended, however the run ends, and streams of other runs go on", async () => {
    const works = (name: string, then: string) => [
      `def work(rows, batch):\n    rows.write.mode('append').saveAsTable('${name}')\n    print('${name} works', flush=True)`,
      `${stream(name, "foreachBatch(work)")}${then}`,
    ];
    const endings: Record<string, string> = {
      afterLastCell: "",
      awaiting: "query.awaitTermination()",
      sleeping: "import time\ntime.sleep(1000)",
      dying: `import os, time
while not spark.catalog.tableExists('dying') or query.lastProgress is None: time.sleep(0.1)
os.kill(os.getpid(), 9)`,
    };
    const runs = Object.entries(endings).map(
      ([name, then]) => [name, notebooks.start(works(name, then))] as const,
    );
    const stuck = notebooks.start([
      "import time\ndef work(rows, batch):\n    print('stuck works', flush=True)\n    while True: time.sleep(1)",
      stream("stuck", "foreachBatch(work)"),
    ]);
    const bystander = notebooks.start([
      `import time
def work(rows, batch):
    rows.write.mode('append').saveAsTable('bystander')
    print('bystander works', flush=True)`,
      `${stream("bystander", "foreachBatch(work)")}
while not dbutils.fs.rm('/Volumes/main/default/end'): time.sleep(0.1)
query.processAllAvailable()
query.stop()
print(spark.table('bystander').count())`,
    ]);
    const all = [...runs, ["stuck", stuck] as const];
    await Promise.all(
      [...all, ["bystander", bystander] as const].map(([name, run]) => shows(run, `${name} works`)),
    );
    for (const [name, run] of all) if (name !== "dying") run.cancel("enough");
    const states: Record<string, ExecutionResult["state"]> = {};
    for (const [name, run] of all) states[name] = (await run.result).state;
    assert.deepEqual(states, {
      afterLastCell: "canceled",
      awaiting: "canceled",
      sleeping: "canceled",
      dying: "died",
      stuck: "canceled",
    });
    assert.equal(await alive(), "bystander");
    await notebooks.run([
      "spark.range(5, 8).write.mode('append').saveAsTable('numbers')\ndbutils.fs.put('/Volumes/main/default/end', '')",
    ]);
    const result = await bystander.result;
    assert.equal(result.error, undefined);
    assert.match(printed(result, 2), /\n8\n$/);
    const counts = await notebooks.run([
      "print([spark.table(name).count() for name in ('afterLastCell', 'awaiting', 'sleeping', 'dying')])",
    ]);
    assert.equal(printed(counts), "[5, 5, 5, 5]\n");
  });
}
