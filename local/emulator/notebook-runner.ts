import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { NotebookDriver } from "../driver/driver.ts";
import type { DriverHost } from "../driver/driver-host.ts";
import type { Execution } from "../driver/execution.ts";
import type { ExecutionRequest } from "../driver/execution-request.ts";
import type { SparkOptions } from "../driver/spark.ts";
import { bundleEnvironment, type TrustFiles } from "./trust.ts";

/** Executes the notebooks of every service by one driver, and so in one JVM. It starts when a service first warms it up or runs one. */
export class NotebookRunner {
  /** The root of Spark's default file system, `dbfs:/`. */
  readonly dbfsFolder: string;
  readonly #stateFolder: string;
  readonly #trust: TrustFiles;
  readonly #spark: SparkOptions;
  #driver: Promise<NotebookDriver> | undefined;

  constructor(options: { stateFolder: string; trust: TrustFiles; spark: SparkOptions }) {
    this.dbfsFolder = join(options.stateFolder, "dbfs");
    this.#stateFolder = join(options.stateFolder, "driver");
    this.#trust = options.trust;
    this.#spark = options.spark;
  }

  /** Starts Python and Spark in the background. The first run reports what keeps them from starting. */
  warmUp(): void {
    this.#started()
      .then((driver) => driver.warmUp())
      .catch(() => undefined);
  }

  async execute(request: ExecutionRequest, host: DriverHost): Promise<Execution> {
    // A cluster trusts the workspace's services as nodes in the cloud trust the cloud's.
    const environment = { ...bundleEnvironment(this.#trust), ...request.environment };
    return (await this.#started()).execute({ ...request, environment }, host);
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
    const { startDriver } = await import("../driver/driver.ts");
    mkdirSync(this.#stateFolder, { recursive: true });
    return startDriver({ spark: this.#spark, dbfsFolder: this.dbfsFolder, stateFolder: this.#stateFolder });
  }
}
