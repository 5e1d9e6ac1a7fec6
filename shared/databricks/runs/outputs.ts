import { oneAtATime } from "../../concurrency/bounded.ts";
import { collectGarbage } from "../../memory/collect-garbage.ts";
import type { ExitValueReading } from "../../results/exit-value.ts";
import { withExportedTexts } from "../../results/notebook-export.ts";
import { TestBudget } from "../../results/test-budget.ts";
import type { TaskHost } from "../../task/host.ts";
import { maskTexts, shortestInDocument } from "../../task/secret-mask.ts";
import type { DatabricksClient } from "../connection.ts";
import { readReportedTests } from "./reported-tests.ts";

const longestLogged = 2_000;
const longestTrace = 64 * 1024;
const largeText = 512 * 1024;
/** The most bytes of one exported notebook: a larger one is large by its pictures and tables, which do not explain a failure. */
const longestExport = 4 * 1024 * 1024;
/** The most bytes of all exported notebooks in the report of a step. */
const longestExports = 5 * 1024 * 1024;

/** What a run left. Long texts are cut. */
export interface NotebookOutput {
  /** Whether dbutils.notebook.exit was called. */
  exited: boolean;
  /** The value it was called with, or the beginning of a long one. */
  exitValue?: string;
  error?: string;
  trace?: string;
  /** The tests that the exit value reports. */
  reading: ExitValueReading;
}

/** Reads the outputs of runs one after another, because one may be 5 MB, and keeps only the beginning of a long text. */
export class NotebookOutputs {
  readonly #reading = oneAtATime();
  readonly #budget = new TestBudget();
  readonly #databricks: DatabricksClient;
  readonly #host: Pick<TaskHost, "log" | "secrets">;
  readonly #keepExitValue: (name: string, value: string) => Promise<string>;
  #afterLarge = false;
  #exported = 0;

  /** @param keepExitValue writes a long exit value to a file and returns what stays in memory */
  constructor(
    databricks: DatabricksClient,
    host: Pick<TaskHost, "log" | "secrets">,
    keepExitValue: (name: string, value: string) => Promise<string>,
  ) {
    this.#databricks = databricks;
    this.#host = host;
    this.#keepExitValue = keepExitValue;
  }

  read(name: string, runId: number): Promise<NotebookOutput> {
    return this.#reading(async () => {
      this.#tidy();
      const { notebook_output, error, error_trace } = await this.#databricks.runs.getOutput({
        run_id: runId,
      });
      const value = notebook_output?.result ?? undefined;
      this.#afterLarge = (value?.length ?? 0) > largeText;
      const { log } = this.#host;
      if (notebook_output?.truncated)
        log.warning(`Notebook ${name}: Databricks kept only the first 5 MB of its exit value.`);
      // Tests are read before the value is masked: *** instead of a number is not JSON.
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

  /** The notebook with its outputs, which alone says which cell failed; undefined if it is too large or cannot be read. */
  export(name: string, runId: number): Promise<string | undefined> {
    return this.#reading(async () => {
      this.#tidy();
      const page = await this.#databricks.runs
        .export({ run_id: runId }, longestExport)
        .catch((error: Error) => {
          this.#host.log.detail(`Could not add notebook ${name} to the report: ${error.message}`);
          return undefined;
        });
      this.#afterLarge = (page?.length ?? 0) > largeText;
      return page && withExportedTexts(page, (text) => this.#masked(text));
    });
  }

  /** The page, or undefined if the report has no room left for it. */
  keepExport(page: string | undefined): string | undefined {
    if (page === undefined || this.#exported + page.length > longestExports) return undefined;
    this.#exported += page.length;
    return page;
  }

  /** Masked before it is cut, since half a secret is not recognised. Short secrets stay: an exit value is data for later steps. */
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
