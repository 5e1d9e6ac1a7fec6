import { oneAtATime } from "../../concurrency/bounded.ts";
import { GrowingLimit } from "../../concurrency/growing-limit.ts";
import { collectGarbage } from "../../memory/collect-garbage.ts";
import { ExitOutputs } from "../../reporting/runs/exit-outputs.ts";
import type { RunKind } from "../../reporting/runs/run-kind.ts";
import type { NotebookOutput } from "../../reporting/runs/run-outcome.ts";
import { withExportedTexts } from "../../results/notebook-export.ts";
import type { TaskHost } from "../../task/host.ts";
import { shortened } from "../../text/shortened.ts";
import type { DatabricksClient } from "../connection.ts";
import { readReportedTests } from "./reported-tests.ts";

const maxTrace = 64 * 1024;
/** Memory is freed after a text that is longer than this. */
const largeText = 512 * 1024;
/** How many small outputs are read at the same time. A hundred notebooks that end together would otherwise wait for one another. */
const mostRequests = 8;
/** The largest exported notebook, in bytes: a larger one consists mostly of pictures and tables, which do not explain a failure. */
const maxExport = 4 * 1024 * 1024;
/** The length of all exported notebooks in the report of a step together. */
const maxExports = 5 * 1024 * 1024;

/** Reads the outputs of runs, few at once as long as they may be 5 MB each, and keeps only the beginning of a long text. */
export class NotebookOutputs {
  readonly #requests = new GrowingLimit(mostRequests);
  /** One notebook at a time has its test results parsed, which may be a file of 10 MB. */
  readonly #parsing = oneAtATime();
  readonly #exits: ExitOutputs;
  readonly #databricks: DatabricksClient;
  readonly #host: Pick<TaskHost, "log" | "secrets">;
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
    this.#exits = new ExitOutputs(host, keepExitValue, kind);
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
      if (notebook_output?.truncated)
        this.#host.log.warning(
          `${this.#exits.subject(name)}: Databricks kept only the first 5 MB of its exit value.`,
        );
      const exit = await this.#exits.take(name, value, () =>
        this.#parsing(() => readReportedTests(this.#databricks, name, value, notebook_output?.truncated)),
      );
      return {
        ...exit,
        error: error && this.#exits.masked(error),
        trace: error_trace && shortened(this.#exits.masked(withoutColours(error_trace)), maxTrace),
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
      return page && withExportedTexts(page, (text) => this.#exits.masked(text));
    });
  }

  /** Returns the page, or undefined if the report of the step has no room for it. */
  keepExport(page: string | undefined): string | undefined {
    if (page === undefined || this.#exportedLength + page.length > maxExports) return undefined;
    this.#exportedLength += page.length;
    return page;
  }

  #noteLength(text: string | undefined, needsMuch: () => void): void {
    this.#lastWasLarge = (text?.length ?? 0) > largeText;
    if (this.#lastWasLarge) needsMuch();
  }

  #freeMemory(): void {
    if (this.#lastWasLarge) collectGarbage();
  }
}

function withoutColours(trace: string): string {
  return trace.replace(/\u001b\[[0-9;]*m/g, "");
}
