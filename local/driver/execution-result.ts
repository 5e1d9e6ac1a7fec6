export type CellOutput =
  /** Printed text; the middle is left out where a cell prints more than 256 KB. */
  | { type: "stream"; text: string; omittedBytes?: number }
  /** A value shown, by mime type. */
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
  /** 0 where no cell was at fault: a missing notebook, a library that could not be installed. */
  cellNumber: number;
  cellSource: string;
}

export interface ExecutionResult {
  state: "success" | "failed" | "canceled" | "died";
  /** dbutils.notebook.exit was called. */
  exited: boolean;
  exitValue?: string;
  error?: ExecutionError;
  cells: CellResult[];
}
