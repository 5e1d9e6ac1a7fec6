/**
 * Measures the run of a second notebook on a running cluster, which uses its own `spark` session in the JVM of the workspace, and compares it
 * with a notebook that does not use Spark.
 * Run: npm run bench -- second-notebook
 */
import { Notebooks } from "../test/driver/notebooks.ts";
import { alternately, report, seconds } from "./measure.ts";

const rounds = 7;

const notebooks = new Notebooks("local[*]");
try {
  await timed(["spark.range(1).count()"]); // the first notebook waits for the JVM
  const { second, plain } = await alternately(rounds, {
    second: () => timed(["print(spark.version)"]),
    plain: () => timed(["print(1)"]),
  });
  report("a second notebook that uses Spark, in total", seconds(second), "spark within 1 s");
  report("a notebook without Spark, in total", seconds(plain));
} finally {
  await notebooks.stop();
}

async function timed(cells: string[]): Promise<number> {
  const start = performance.now();
  const { state, error } = await notebooks.run(cells);
  if (state !== "success")
    throw new Error(`Could not run the notebook: it ended as ${state}: ${error?.message}`);
  return performance.now() - start;
}
