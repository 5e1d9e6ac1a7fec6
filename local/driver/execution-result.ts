export type CellOutput =
  /** Printed text; the middle is left out if a cell prints more than 256 KB. */
  | { type: "stream"; text: string; omittedBytes?: number }
  /** A displayed value, by mime type. */
  | { type: "display"; data: Record<string, string> };

export interface CellResult {
  number: number;
  language: string;
  source: string;
  state: "success" | "failed" | "skipped";
  durationMs: number;
  outputs: CellOutput[];
}

export interface ExecutionError {
  name: string;
  message: string;
  trace: string;
  /** 0 for an error before the first cell, such as a missing notebook or a library that cannot be installed. */
  cellNumber: number;
  cellSource: string;
}

export interface ExecutionResult {
  state: "success" | "failed" | "canceled" | "died";
  /** Whether the notebook ended itself, as by dbutils.notebook.exit. */
  exited: boolean;
  exitValue?: string;
  error?: ExecutionError;
  cells: CellResult[];
}
