import { constants } from "node:os";
import type { CellOutput, CellResult, ExecutionError, ExecutionResult } from "./execution-result.ts";
import type { Frame } from "./frames.ts";

interface Finished {
  state: "success" | "failed";
  exited: boolean;
  exitValue?: string;
  error?: { name: string; message: string; trace: string };
}

/** What a notebook's process told of itself, frame by frame, and the result that follows from it. */
export class Transcript {
  #cells: CellResult[] = [];
  #current: { cell: CellResult; startedAt: number } | undefined;
  #finished: Finished | undefined;

  get finished(): boolean {
    return this.#finished !== undefined;
  }

  hear(frame: Frame): void {
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
    } else if (frame.event === "finished") this.#finished = frame as unknown as Finished;
  }

  /** `status`: how the process ended; `canceled` and `killed`: why, where the workspace ended it. */
  result(status: number, canceled?: string, killed?: string): ExecutionResult {
    const told = this.#finished;
    if (told && (canceled === undefined || told.state === "success") && !killed) {
      const { state, exited, exitValue, error } = told;
      return {
        state,
        exited,
        ...(exitValue === undefined ? {} : { exitValue }),
        ...(error ? { error: this.#located(error) } : {}),
        cells: this.#cells,
      };
    }
    if (this.#current) {
      const { cell, startedAt } = this.#current;
      cell.state = "failed";
      cell.durationMs ||= Date.now() - startedAt;
    }
    const error =
      canceled === undefined
        ? {
            name: "NotebookDied",
            message: `The notebook's Python process ${killed ?? ending(status)}.`,
            trace: "",
          }
        : { name: "Canceled", message: canceled, trace: told?.error?.trace ?? "" };
    const state = canceled === undefined ? "died" : "canceled";
    return { state, exited: false, error: this.#located(error), cells: this.#cells };
  }

  #announced(cells: Pick<CellResult, "number" | "language" | "source">[]): void {
    if (this.#cells.length) return; // again after a restart of Python
    this.#cells = cells.map(({ number, language, source }) => ({
      number,
      language,
      source,
      state: "skipped",
      durationMs: 0,
      outputs: [],
    }));
  }

  #located(error: { name: string; message: string; trace: string }): ExecutionError {
    const cell = this.#current?.cell;
    return { ...error, cellNumber: cell?.number ?? 0, cellSource: cell?.source ?? "" };
  }
}

function ending(status: number): string {
  if (status >= 0) return `ended with exit status ${status} before its notebook did`;
  const name =
    Object.entries(constants.signals).find(([, number]) => number === -status)?.[0] ?? `signal ${-status}`;
  const hint =
    name === "SIGKILL" ? ", which is also how the system ends a process that takes too much memory" : "";
  return `was killed by ${name}${hint}`;
}
