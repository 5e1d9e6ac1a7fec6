import { oneAtATime } from "../../concurrency/bounded.ts";
import { collectGarbage } from "../../memory/collect-garbage.ts";
import type { ExitValueReading } from "../../results/exit-value.ts";
import { withExportedTexts } from "../../results/notebook-export.ts";
import { TestBudget } from "../../results/test-budget.ts";
import type { TaskHost } from "../../task/host.ts";
import { maskTexts, shortestInDocument } from "../../task/secret-mask.ts";
import type { DatabricksClient } from "../connection.ts";
import type { NotebookOutput } from "./await-run.ts";
import { readReportedTests } from "./reported-tests.ts";

const longestLogged = 2_000;
const longestTrace = 64 * 1024;
const largeText = 512 * 1024;
/** Of one exported notebook: larger ones hold pictures and tables more than anything that explains a failure. */
const longestExport = 4 * 1024 * 1024;
/** Of all exported notebooks of a step, which its report holds. */
const longestExports = 5 * 1024 * 1024;

/** What a run left, with what its exit value says of tests. */
export interface ReadOutput extends NotebookOutput {
  reading: ExitValueReading;
}

/** Reads what runs left. One has up to 5 MB, so they are read one after another and only the beginnings of long texts are kept. */
export class NotebookOutputs {
  readonly #reading = oneAtATime();
  readonly #budget = new TestBudget();
  #afterLarge = false;
  #exported = 0;

  readonly #databricks: DatabricksClient;
  readonly #host: Pick<TaskHost, "log" | "secrets">;
  readonly #keepExitValue: (name: string, value: string) => Promise<string>;

  /** @param keepExitValue takes a long exit value away to a file and answers what stays in memory */
  constructor(
    databricks: DatabricksClient,
    host: Pick<TaskHost, "log" | "secrets">,
    keepExitValue: (name: string, value: string) => Promise<string>,
  ) {
    this.#databricks = databricks;
    this.#host = host;
    this.#keepExitValue = keepExitValue;
  }

  read(name: string, runId: number): Promise<ReadOutput> {
    return this.#reading(async () => {
      this.#tidy();
      const { notebook_output, error, error_trace } = await this.#databricks.runs.getOutput({
        run_id: runId,
      });
      const value = notebook_output?.result ?? undefined;
      this.#afterLarge = (value?.length ?? 0) > largeText;
      const { log } = this.#host;
      if (notebook_output?.truncated)
        log.warning(`Notebook ${name}: Databricks cut its exit value to the first 5 MB.`);
      // Its tests are read before anything is masked in it: *** in place of a number is not JSON.
      const reading = await readReportedTests(this.#databricks, name, value, notebook_output?.truncated);
      const shown = value === undefined ? undefined : this.#masked(value);
      if (shown !== undefined)
        log.outside(`Notebook ${name}: exit value: ${shortened(shown, longestLogged)}`);
      return {
        exited: shown !== undefined,
        reading: this.#budget.take(maskTexts(reading, (text) => this.#host.secrets.mask(text))),
        exitValue: shown === undefined ? undefined : await this.#keepExitValue(name, shown),
        error: error && this.#masked(error),
        trace: error_trace && shortened(this.#masked(withoutColours(error_trace)), longestTrace),
      };
    });
  }

  /** The notebook with its outputs: the one source that says which cell failed. Undefined where it is too large or cannot be had. */
  export(name: string, runId: number): Promise<string | undefined> {
    return this.#reading(async () => {
      this.#tidy();
      const page = await this.#databricks.runs
        .export({ run_id: runId }, longestExport)
        .catch((error: Error) => {
          this.#host.log.detail(`Notebook ${name} is not in the report: ${error.message}`);
          return undefined;
        });
      this.#afterLarge = (page?.length ?? 0) > largeText;
      return page && withExportedTexts(page, (text) => this.#masked(text));
    });
  }

  /** The page, while the report has room for it. */
  keepExport(page: string | undefined): string | undefined {
    if (page === undefined || this.#exported + page.length > longestExports) return undefined;
    this.#exported += page.length;
    return page;
  }

  /** Before it is cut, as half a secret is not recognised; but only the longer ones, since an exit value is data for later steps. */
  #masked(text: string): string {
    return this.#host.secrets.mask(text, { shortest: shortestInDocument });
  }

  #tidy(): void {
    if (this.#afterLarge) collectGarbage();
  }
}

export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}… (${text.length - most} characters more)` : text;
}

function withoutColours(trace: string): string {
  return trace.replace(/\u001b\[[0-9;]*m/g, "");
}
