/**
 * A second notebook on a running cluster, from its start to its end: it has its `spark`, a session of its own in the workspace's JVM, and
 * asks it one thing. Beside it a notebook that does not touch Spark, in turn.
 * Run: npm run bench -- second-notebook
 */
import { Notebooks } from "../test/driver/notebooks.ts";
import { inTurn, report, seconds } from "./measure.ts";

const rounds = 7;

const notebooks = new Notebooks("local[*]");
try {
  await timed(["spark.range(1).count()"]); // the first one waits for the JVM
  const { second, plain } = await inTurn(rounds, {
    second: () => timed(["print(spark.version)"]),
    plain: () => timed(["print(1)"]),
  });
  report("a second notebook with its spark, all of it", seconds(second), "spark within 1 s");
  report("a notebook without Spark, all of it", seconds(plain));
} finally {
  await notebooks.stop();
}

async function timed(cells: string[]): Promise<number> {
  const start = performance.now();
  const { state, error } = await notebooks.run(cells);
  if (state !== "success") throw new Error(`The notebook ${state}: ${error?.message}`);
  return performance.now() - start;
}
