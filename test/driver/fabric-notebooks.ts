import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type NotebookDriver, startDriver } from "../../local/driver/driver.ts";
import type { DriverHost } from "../../local/driver/driver-host.ts";
import type { Execution } from "../../local/driver/execution.ts";
import type { ExecutionRequest, FabricRun } from "../../local/driver/execution-request.ts";
import type { ExecutionResult } from "../../local/driver/execution-result.ts";

const workspace = { id: "11111111-0000-4000-8000-000000000001", name: "Weather" };
const lakehouse = {
  id: "22222222-0000-4000-8000-000000000001",
  name: "Bronze",
  workspaceId: workspace.id,
  workspaceName: workspace.name,
};
const silver = { ...lakehouse, id: "22222222-0000-4000-8000-000000000002", name: "Silver" };

/** A driver with a Fabric workspace of two lakehouses, and short ways to put notebooks there and run them. */
export class FabricNotebooks {
  readonly workspace = workspace;
  readonly lakehouse = lakehouse;
  readonly silver = silver;
  readonly folder = mkdtempSync(path.join(tmpdir(), "driver-test-"));
  readonly workspaceFolder = path.join(this.folder, "workspace");
  readonly driver: NotebookDriver;
  readonly #host: DriverHost;
  #runs = 0;

  /** @param spark its master, or the driver of other notebooks, who stop it */
  constructor(spark: string | NotebookDriver) {
    mkdirSync(this.workspaceFolder);
    for (const { id } of [lakehouse, silver])
      for (const part of ["Files", "Tables"])
        mkdirSync(path.join(this.lakehouseFolder(id), part), { recursive: true });
    this.#host = {
      workspaceFolder: this.workspaceFolder,
      secret: () => undefined,
      secretScopes: () => [],
      secretKeys: () => [],
      fabric: {
        oneLakeFolder: (where, item) =>
          [workspace.id, workspace.name].includes(where)
            ? [lakehouse, silver]
                .filter(({ id, name }) => item === id || item === `${name}.Lakehouse`)
                .map(({ id }) => this.lakehouseFolder(id))[0]
            : undefined,
        lakehouses: (where) =>
          [workspace.id, workspace.name].includes(where) ? [lakehouse, silver] : undefined,
        token: async (audience) => `token-for-${audience}`,
        vaultSecret: async (vault, name) => {
          if (name === "password") return "hunter2-and-more";
          throw new Error(
            `Could not read the secret ${name} of ${vault}: it does not exist; check its name.`,
          );
        },
      },
    };
    this.driver =
      typeof spark === "string"
        ? startDriver({
            spark: { master: spark },
            stateFolder: path.join(this.folder, "state"),
            dbfsFolder: path.join(this.folder, "dbfs"),
          })
        : spark;
  }

  lakehouseFolder(id = lakehouse.id): string {
    return path.join(this.folder, "onelake", workspace.id, id);
  }

  put(file: string, text: string): string {
    const target = path.join(this.workspaceFolder, file);
    writeFileSync(target, text);
    return target;
  }

  /** Puts a notebook of these cells in the workspace and starts it. */
  start(
    cells: string[],
    request: Partial<ExecutionRequest> = {},
    fabric: Partial<FabricRun> = {},
  ): Execution {
    const notebookPath = request.notebookPath ?? `/notebook-${this.#runs + 1}`;
    if (cells.length) this.put(notebookPath, source(...cells));
    const whole: ExecutionRequest = {
      platform: "fabric",
      runId: `fabric-run-${++this.#runs}`,
      notebookPath,
      parameters: {},
      clusterId: "starter-pool",
      sparkConf: {},
      environment: {},
      libraries: [],
      ...request,
      fabric: {
        workspace,
        item: { id: "33333333-0000-4000-8000-000000000001", name: notebookPath.slice(1) },
        jobInstanceId: "44444444-0000-4000-8000-000000000001",
        lakehouse,
        ...fabric,
      },
    };
    return this.driver.execute(whole, this.#host);
  }

  run(
    cells: string[],
    request: Partial<ExecutionRequest> = {},
    fabric: Partial<FabricRun> = {},
  ): Promise<ExecutionResult> {
    return this.start(cells, request, fabric).result;
  }

  /** Starts a Python file as a Spark job. */
  startScript(text: string, ...args: string[]): Execution {
    const file = this.put(`script-${this.#runs + 1}.py`, text);
    return this.start([], { notebookPath: "/a job", script: { file, arguments: args } });
  }

  runScript(text: string, ...args: string[]): Promise<ExecutionResult> {
    return this.startScript(text, ...args).result;
  }

  async stop(): Promise<void> {
    await this.driver.stop();
    this.remove();
  }

  /** Removes its folders, without stopping the driver. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Fabric's source form; a cell that begins with %% is written as its magic, one that begins with "#parameters" is the parameters cell. */
export function source(...cells: string[]): string {
  const written = cells.map((cell) => {
    const kind = cell.startsWith("#parameters") ? "PARAMETERS CELL" : "CELL";
    const text = cell.startsWith("%") ? cell.replace(/^/gm, "# MAGIC ") : cell;
    return `# ${kind} ********************\n\n${text}\n\n# METADATA ********************\n\n# META {\n# META   "language": "python"\n# META }\n`;
  });
  return `# Fabric notebook source\n\n# METADATA ********************\n\n# META {}\n\n${written.join("\n")}`;
}
