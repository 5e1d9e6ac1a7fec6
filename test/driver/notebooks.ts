import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type DriverHost,
  type Execution,
  type ExecutionRequest,
  type ExecutionResult,
  type NotebookDriver,
  startDriver,
} from "../../local/driver/driver.ts";

/** A driver with an empty workspace, and short ways to put notebooks there and run them. */
export class Notebooks {
  readonly folder = mkdtempSync(path.join(tmpdir(), "driver-test-"));
  readonly workspaceFolder = path.join(this.folder, "workspace");
  readonly dbfsFolder = path.join(this.folder, "dbfs");
  readonly driver: NotebookDriver;
  #runs = 0;

  constructor(master: string, host: Partial<DriverHost> = {}) {
    this.driver = startDriver({
      spark: { master },
      stateFolder: path.join(this.folder, "state"),
      host: {
        workspaceFolder: this.workspaceFolder,
        dbfsFolder: this.dbfsFolder,
        secret: (scope, key) => (scope === "weather" && key === "password" ? "hunter2-and-more" : undefined),
        secretScopes: () => ["weather"],
        secretKeys: () => ["password"],
        ...host,
      },
    });
  }

  /** Writes a file of the workspace; a notebook's has no extension. */
  put(file: string, text: string): void {
    const target = path.join(this.workspaceFolder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  /** Puts a Python notebook of these cells at /Shared/<name> and starts it. */
  start(cells: string[], request: Partial<ExecutionRequest> = {}): Execution {
    const notebookPath = request.notebookPath ?? `/Shared/notebook-${this.#runs + 1}`;
    if (cells.length) this.put(notebookPath, source(...cells));
    return this.driver.execute({
      runId: `run-${++this.#runs}`,
      notebookPath,
      parameters: {},
      clusterId: "cluster-1",
      sparkConf: {},
      environment: {},
      libraries: [],
      ...request,
    });
  }

  run(cells: string[], request: Partial<ExecutionRequest> = {}): Promise<ExecutionResult> {
    return this.start(cells, request).result;
  }

  async stop(): Promise<void> {
    await this.driver.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A Python notebook's source form; a cell that begins with % is written as its magic. */
export function source(...cells: string[]): string {
  const written = cells.map((cell) => (cell.startsWith("%") ? cell.replace(/^/gm, "# MAGIC ") : cell));
  return `# Databricks notebook source\n${written.join("\n\n# COMMAND ----------\n\n")}\n`;
}

/** What a cell printed. */
export const printed = (result: ExecutionResult, cell = 1): string =>
  (result.cells[cell - 1]?.outputs ?? [])
    .map((output) => (output.type === "stream" ? output.text : ""))
    .join("");

/** What a cell displayed, as plain text. */
export const displayed = (result: ExecutionResult, cell = 1): string =>
  (result.cells[cell - 1]?.outputs ?? [])
    .map((output) => (output.type === "display" ? (output.data["text/plain"] ?? "") : ""))
    .join("");
