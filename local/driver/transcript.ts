import { constants } from "node:os";
import type { CellOutput, CellResult, ExecutionError, ExecutionResult } from "./execution-result.ts";
import type { Frame } from "./frames.ts";

interface Finished {
  state: "success" | "failed";
  exited: boolean;
  exitValue?: string;
  /** `cellNumber` if it is not the error of the cell that ran last: a stream may fail long after its cell has ended. */
  error?: { name: string; message: string; trace: string; cellNumber?: number };
}

/** Why the workspace, or the end of Spark, ended the run. */
interface Ends {
  canceled?: string | undefined;
  killed?: string | undefined;
  sparkLost?: string | undefined;
}

/** Collects the frames of a notebook's process and makes the result of them. */
export class Transcript {
  #cells: CellResult[] = [];
  #current: { cell: CellResult; startedAt: number } | undefined;
  #finished: Finished | undefined;
  /** What the streams of a cell reported, by cell. */
  readonly #progress = new Map<number, string[]>();

  get finished(): boolean {
    return this.#finished !== undefined;
  }

  add(frame: Frame): void {
    if (frame.event === "cells")
      this.#announced(frame.cells as Pick<CellResult, "number" | "language" | "source">[]);
    else if (frame.event === "cellStarted") {
      const cell = this.#cells.find(({ number }) => number === frame.number);
      if (cell) this.#current = { cell, startedAt: Date.now() };
    } else if (frame.event === "cellFinished" && this.#current) {
      const { state, durationMs, outputs } = frame as unknown as Pick<
        CellResult,
        "state" | "durationMs" | "outputs"
      >;
      Object.assign(this.#current.cell, { state, durationMs, outputs: outputs as CellOutput[] });
      if (state === "success") this.#current = undefined;
    } else if (frame.event === "streamProgress") this.#progressed(frame.cell as number, frame.text as string);
    else if (frame.event === "finished") this.#finished = frame as unknown as Finished;
  }

  /** `status` is how the process ended. */
  result(status: number, { canceled, killed, sparkLost }: Ends = {}): ExecutionResult {
    const finished = this.#finished;
    const isInterrupted = canceled !== undefined && finished?.state !== "success";
    if (finished && !isInterrupted && !killed && !sparkLost) {
      const { state, exited, exitValue, error } = finished;
      return {
        state,
        exited,
        ...(exitValue === undefined ? {} : { exitValue }),
        ...(error ? { error: this.#located(error) } : {}),
        cells: this.#cellsWithProgress(),
      };
    }
    if (this.#current) {
      const { cell, startedAt } = this.#current;
      cell.state = "failed";
      cell.durationMs ||= Date.now() - startedAt;
    }
    const trace = canceled === undefined ? "" : (finished?.error?.trace ?? "");
    const { state, name, message } = this.#interruption(status, { canceled, killed, sparkLost });
    return {
      state,
      exited: false,
      error: this.#located({ name, message, trace }),
      cells: this.#cellsWithProgress(),
    };
  }

  #interruption(
    status: number,
    { canceled, killed, sparkLost }: Ends,
  ): { state: "canceled" | "failed" | "died"; name: string; message: string } {
    if (canceled !== undefined) return { state: "canceled", name: "Canceled", message: canceled };
    if (killed === undefined && sparkLost !== undefined)
      return { state: "failed", name: "SparkLost", message: sparkLost };
    const how = killed ?? describeStatus(status);
    return { state: "died", name: "NotebookDied", message: `The notebook's Python process ${how}.` };
  }

  #announced(cells: Pick<CellResult, "number" | "language" | "source">[]): void {
    if (this.#cells.length) return; // announced again after a restart of Python
    this.#cells = cells.map(({ number, language, source }) => ({
      number,
      language,
      source,
      state: "skipped",
      durationMs: 0,
      outputs: [],
    }));
  }

  #progressed(cell: number, text: string): void {
    this.#progress.set(cell, [...(this.#progress.get(cell) ?? []), text]);
  }

  /** A stream works on after its cell has ended, so what it reported is added to the cell at the end. */
  #cellsWithProgress(): CellResult[] {
    return this.#cells.map((cell) => {
      const lines = this.#progress.get(cell.number);
      if (!lines) return cell;
      const progress: CellOutput = { type: "display", data: { "text/plain": lines.join("\n") } };
      return { ...cell, outputs: [...cell.outputs, progress] };
    });
  }

  #located({ cellNumber, ...error }: NonNullable<Finished["error"]>): ExecutionError {
    const cell = this.#cells.find(({ number }) => number === cellNumber) ?? this.#current?.cell;
    if (cell && cellNumber) cell.state = "failed";
    return { ...error, cellNumber: cell?.number ?? 0, cellSource: cell?.source ?? "" };
  }
}

function describeStatus(status: number): string {
  if (status >= 0) return `ended with exit status ${status} before its notebook did`;
  const name =
    Object.entries(constants.signals).find(([, number]) => number === -status)?.[0] ?? `signal ${-status}`;
  const hint =
    name === "SIGKILL" ? ", which is also how the system ends a process that takes too much memory" : "";
  return `was killed by ${name}${hint}`;
}
