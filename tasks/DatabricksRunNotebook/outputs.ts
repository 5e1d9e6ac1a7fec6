import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { oneAtATime } from "../../shared/concurrency/bounded.ts";
import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import type { NotebookOutput } from "../../shared/databricks/run-notebook.ts";
import type { Log } from "../../shared/task/index.ts";

const longestLogged = 2_000;
const longestTrace = 64 * 1024;
const largeValue = 512 * 1024;

/** Reads what runs left. One has up to 5 MB, so they are read one after another and only the beginnings of long texts are kept. */
export class NotebookOutputs {
  readonly #reading = oneAtATime();
  #afterLarge = false;

  /** @param keepExitValue takes a long exit value away to a file and answers what stays in memory */
  constructor(
    private readonly workspace: DatabricksWorkspace,
    private readonly log: Log,
    private readonly keepExitValue: (name: string, value: string) => Promise<string>,
  ) {}

  read(name: string, runId: number): Promise<NotebookOutput> {
    return this.#reading(async () => {
      if (this.#afterLarge) collectGarbage();
      const { notebook_output, error, error_trace } = await this.workspace.runs.getOutput({ run_id: runId });
      const value = notebook_output?.result ?? undefined;
      this.#afterLarge = (value?.length ?? 0) > largeValue;
      if (notebook_output?.truncated)
        this.log.warning(`Notebook ${name}: Databricks cut its exit value to the first 5 MB.`);
      if (value !== undefined)
        this.log.outside(`Notebook ${name}: exit value: ${shortened(value, longestLogged)}`);
      return {
        exited: value !== undefined,
        exitValue: value === undefined ? undefined : await this.keepExitValue(name, value),
        error,
        trace: error_trace && shortened(withoutColours(error_trace), longestTrace),
      };
    });
  }
}

export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}… (${text.length - most} characters more)` : text;
}

function withoutColours(trace: string): string {
  return trace.replace(/\u001b\[[0-9;]*m/g, "");
}

/** Left to itself V8 lets the remains of a dozen large outputs pile up to 200 MB before it looks at them (Node 24); so they stay under 130. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
