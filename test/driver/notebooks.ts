import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type NotebookDriver, startDriver } from "../../local/driver/driver.ts";
import type { DriverHost } from "../../local/driver/driver-host.ts";
import type { Execution } from "../../local/driver/execution.ts";
import type { ExecutionRequest } from "../../local/driver/execution-request.ts";
import type { ExecutionResult } from "../../local/driver/execution-result.ts";

/** A driver with an empty workspace, and short ways to put notebooks there and run them. */
export class Notebooks {
  readonly folder = mkdtempSync(path.join(tmpdir(), "driver-test-"));
  readonly workspaceFolder = path.join(this.folder, "workspace");
  readonly dbfsFolder = path.join(this.folder, "dbfs");
  readonly driver: NotebookDriver;
  readonly #host: DriverHost;
  #runs = 0;

  constructor(master: string, host: Partial<DriverHost> = {}) {
    mkdirSync(this.workspaceFolder);
    this.#host = {
      workspaceFolder: this.workspaceFolder,
      secret: (scope, key) => (scope === "weather" && key === "password" ? "hunter2-and-more" : undefined),
      secretScopes: () => ["weather"],
      secretKeys: () => ["password"],
      ...host,
    };
    this.driver = startDriver({
      spark: { master },
      stateFolder: path.join(this.folder, "state"),
      dbfsFolder: this.dbfsFolder,
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
    const whole = {
      platform: "databricks" as const,
      runId: `run-${++this.#runs}`,
      notebookPath,
      parameters: {},
      clusterId: "cluster-1",
      sparkConf: {},
      environment: {},
      libraries: [],
      ...request,
    };
    return this.driver.execute(whole, this.#host);
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
