/** What a notebook asks for and what comes of it. */
export interface ExecutionRequest {
  runId: string;
  /** Workspace path of the notebook, without extension. */
  notebookPath: string;
  parameters: Record<string, string>;
  clusterId: string;
  sparkConf: Record<string, string>;
  environment: Record<string, string>;
  /** pip requirements or wheel files of the cluster, installed once for each cluster. */
  libraries: string[];
  taskKey?: string;
}

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
