import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DriverHost, Execution, ExecutionRequest, NotebookDriver } from "../../driver/driver.ts";
import { bundleEnvironment } from "../trust.ts";
import type { Workspace } from "../workspace.ts";

/** The driver, which starts when the first cluster does: by the time the cluster "runs", Spark is up. */
export class NotebookRunner {
  readonly #workspace: Workspace;
  readonly #host: DriverHost;
  #driver: Promise<NotebookDriver> | undefined;

  constructor(workspace: Workspace, host: DriverHost) {
    this.#workspace = workspace;
    this.#host = host;
  }

  /** Starts Python and Spark in the background. What hinders them is told by the first run. */
  warmUp(): void {
    this.#started()
      .then((driver) => driver.warmUp())
      .catch(() => undefined);
  }

  async execute(request: ExecutionRequest): Promise<Execution> {
    // A cluster trusts the workspace's services as nodes in the cloud trust the cloud's.
    const environment = { ...bundleEnvironment(this.#workspace.trust), ...request.environment };
    return (await this.#started()).execute({ ...request, environment });
  }

  async stop(): Promise<void> {
    await this.#driver?.then((driver) => driver.stop()).catch(() => undefined);
  }

  #started(): Promise<NotebookDriver> {
    this.#driver ??= this.#start();
    return this.#driver;
  }

  async #start(): Promise<NotebookDriver> {
    // Loaded when first needed: most tests run no notebook.
    const { startDriver } = await import("../../driver/driver.ts");
    const stateFolder = join(this.#workspace.stateFolder, "driver");
    mkdirSync(stateFolder, { recursive: true });
    const spark = this.#workspace.config.spark ?? { master: "local[*]" };
    return startDriver({ spark, host: this.#host, stateFolder });
  }
}
