import { oneAtATime } from "../../concurrency/bounded.ts";
import { GrowingLimit } from "../../concurrency/growing-limit.ts";
import { collectGarbage } from "../../memory/collect-garbage.ts";
import type { ExitValueReading } from "../../results/exit-value.ts";
import { withExportedTexts } from "../../results/notebook-export.ts";
import { TestBudget } from "../../results/test-budget.ts";
import type { TaskHost } from "../../task/host.ts";
import { maskTexts, shortestInDocument } from "../../task/secret-mask.ts";
import type { DatabricksClient } from "../connection.ts";
import { readReportedTests } from "./reported-tests.ts";
import { type RunKind, subjectOf } from "./submit-run.ts";

const maxLoggedExitValue = 2_000;
const maxTrace = 64 * 1024;
/** Memory is freed after a text that is longer than this. */
const largeText = 512 * 1024;
/** How many small outputs are read at the same time. A hundred notebooks that end together would otherwise wait for one another. */
const mostRequests = 8;
/** The largest exported notebook, in bytes: a larger one consists mostly of pictures and tables, which do not explain a failure. */
const maxExport = 4 * 1024 * 1024;
/** The length of all exported notebooks in the report of a step together. */
const maxExports = 5 * 1024 * 1024;

/** What a run returned. Long texts are cut. */
export interface NotebookOutput {
  /** Whether dbutils.notebook.exit was called. */
  exited: boolean;
  /** The value that it was called with; only the beginning of a long one. */
  exitValue?: string;
  error?: string;
  trace?: string;
  /** The tests that the exit value reports. */
  reading: ExitValueReading;
}

/** Reads the outputs of runs, few at once as long as they may be 5 MB each, and keeps only the beginning of a long text. */
export class NotebookOutputs {
  readonly #requests = new GrowingLimit(mostRequests);
  /** One notebook at a time has its test results parsed, which may be a file of 10 MB. */
  readonly #parsing = oneAtATime();
  readonly #budget = new TestBudget();
  readonly #databricks: DatabricksClient;
  readonly #host: Pick<TaskHost, "log" | "secrets">;
  readonly #keepExitValue: (name: string, value: string) => Promise<string>;
  readonly #kind: RunKind;
  #lastWasLarge = false;
  #exportedLength = 0;

  /**
   * @param keepExitValue returns the exit value, or writes a long one to a file and returns its beginning
   * @param kind the word for a run in the log
   */
  constructor(
    databricks: DatabricksClient,
    host: Pick<TaskHost, "log" | "secrets">,
    keepExitValue: (name: string, value: string) => Promise<string>,
    kind: RunKind,
  ) {
    this.#kind = kind;
    this.#databricks = databricks;
    this.#host = host;
    this.#keepExitValue = keepExitValue;
  }

  /** Reads the output of a task's run, logs its exit value, and masks secrets in all its texts. */
  read(name: string, runId: number): Promise<NotebookOutput> {
    return this.#requests.run(async (needsMuch) => {
      this.#freeMemory();
      const { notebook_output, error, error_trace } = await this.#databricks.runs.getOutput({
        run_id: runId,
      });
      const value = notebook_output?.result ?? undefined;
      this.#noteLength(value, needsMuch);
      const { log } = this.#host;
      if (notebook_output?.truncated)
        log.warning(`${this.#subject(name)}: Databricks kept only the first 5 MB of its exit value.`);
      // The tests are read before the value is masked, because JSON with *** in place of a number cannot be parsed.
      const reading = await this.#parsing(() =>
        readReportedTests(this.#databricks, name, value, notebook_output?.truncated),
      );
      const shown = value === undefined ? undefined : this.#masked(value);
      if (shown !== undefined)
        log.outside(`${this.#subject(name)}: exit value: ${shortened(shown, maxLoggedExitValue)}`);
      return {
        exited: shown !== undefined,
        reading: this.#budget.take(maskTexts(reading, (text) => this.#host.secrets.mask(text))),
        exitValue: shown === undefined ? undefined : await this.#keepExitValue(name, shown),
        error: error && this.#masked(error),
        trace: error_trace && shortened(this.#masked(withoutColours(error_trace)), maxTrace),
      };
    });
  }

  /**
   * Reads the notebook with its outputs as an HTML page, the only place that shows which cell failed. Undefined if it is too large or cannot
   * be read.
   */
  export(name: string, runId: number): Promise<string | undefined> {
    return this.#requests.run(async (needsMuch) => {
      this.#freeMemory();
      const page = await this.#databricks.runs.export({ run_id: runId }, maxExport).catch((error: Error) => {
        this.#host.log.detail(`Could not add ${this.#kind} ${name} to the report: ${error.message}`);
        return undefined;
      });
      this.#noteLength(page, needsMuch);
      return page && withExportedTexts(page, (text) => this.#masked(text));
    });
  }

  /** Returns the page, or undefined if the report of the step has no room for it. */
  keepExport(page: string | undefined): string | undefined {
    if (page === undefined || this.#exportedLength + page.length > maxExports) return undefined;
    this.#exportedLength += page.length;
    return page;
  }

  /**
   * Masks the secrets in a text. Must happen before the text is cut, since a part of a secret is not recognised. Short secrets are not
   * masked: an exit value is data for later steps, and a short secret may be a word of it.
   */
  #masked(text: string): string {
    return this.#host.secrets.mask(text, { shortest: shortestInDocument });
  }

  #subject(name: string): string {
    return subjectOf({ kind: this.#kind, name });
  }

  #noteLength(text: string | undefined, needsMuch: () => void): void {
    this.#lastWasLarge = (text?.length ?? 0) > largeText;
    if (this.#lastWasLarge) needsMuch();
  }

  #freeMemory(): void {
    if (this.#lastWasLarge) collectGarbage();
  }
}

/** A text, or its beginning and how much was cut. */
export function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength)}… (${text.length - maxLength} characters more)`;
}

function withoutColours(trace: string): string {
  return trace.replace(/\u001b\[[0-9;]*m/g, "");
}
