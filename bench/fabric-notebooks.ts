/**
 * Measures what FabricRunNotebook adds to the notebooks that it runs at the same time: from the start of the step to its end, beyond the longest run
 * by the workspace's clock. The notebooks only sleep, so that the machine's cores do not matter much.
 * Run: npm run bench -- fabric-notebooks
 */
import { readFile } from "node:fs/promises";
import { exits, fabricSource, runNotebooks } from "../test/tasks/fabric-run-notebook/fabric-notebooks.ts";
import { report, seconds } from "./measure.ts";

const count = 20;
const sleepSeconds = 20;

const sleeping = fabricSource(
  `import time\ntime.sleep(${sleepSeconds})`,
  'notebookutils.notebook.exit("done")',
);
const notebooks = Object.fromEntries(Array.from({ length: count }, (_, i) => [`sleep-${i}.py`, sleeping]));

await runStep({ "exit.py": exits('"done"') }); // so that neither the bundle nor the machine's caches are cold
const { stepMs, longestMs } = await runStep(notebooks);
report(`${count} notebooks at the same time, the step`, seconds(stepMs));
report("  the longest run", seconds(longestMs));
report("  added by the step", seconds(stepMs - longestMs), "under 5 s");

async function runStep(files: Record<string, string>): Promise<{ stepMs: number; longestMs: number }> {
  await using step = await runNotebooks(files);
  const startMs = performance.now();
  const { result, log, variables } = await step.run({ inputs: { maxConcurrency: String(count) } });
  const stepMs = performance.now() - startMs;
  if (result !== "succeeded") throw new Error(`Could not run the notebooks: the step ${result}:\n${log}`);
  const junit = await readFile(variables["step.ResultsFile"]!, "utf8");
  const runs = [...junit.matchAll(/<testcase [^>]*\btime="([\d.]+)"/g)].map(
    ([, time]) => Number(time) * 1_000,
  );
  return { stepMs, longestMs: Math.max(...runs) };
}
