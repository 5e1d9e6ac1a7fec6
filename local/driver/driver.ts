import { mkdirSync } from "node:fs";
import type { DriverHost } from "./driver-host.ts";
import { type Execution, NotebookExecution } from "./execution.ts";
import type { ExecutionRequest } from "./execution-request.ts";
import type { ExecutionResult } from "./execution-result.ts";
import { FrameServer } from "./frames.ts";
import { type Installation, readInstallation } from "./installation.ts";
import { PythonHost } from "./python-host.ts";
import { Spark, type SparkOptions } from "./spark.ts";

export interface NotebookDriver {
  /** Starts Python and Spark in the background, if there is a Spark. */
  warmUp(): void;
  /** Runs a notebook; `host` is the workspace that it belongs to. */
  execute(request: ExecutionRequest, host: DriverHost): Execution;
  /** Ends all runs, Python and Spark. */
  stop(): Promise<void>;
}

interface DriverOptions {
  spark: SparkOptions;
  /** The root of Spark's default file system, `dbfs:/`. */
  dbfsFolder: string;
  /** The driver's folder for tables, logs and environments. The caller removes it after stop(). */
  stateFolder: string;
}

/** A driver, which starts its processes when they are first needed. Throws if the set-up was not run. */
export function startDriver(options: DriverOptions): NotebookDriver {
  return new Driver(options);
}

class Driver implements NotebookDriver {
  readonly #options: DriverOptions;
  readonly #installation: Installation;
  readonly #server = new FrameServer();
  readonly #spark: Spark;
  readonly #running = new Set<NotebookExecution>();
  #python: PythonHost | undefined;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#installation = readInstallation();
    for (const folder of [options.stateFolder, options.dbfsFolder]) mkdirSync(folder, { recursive: true });
    this.#spark = new Spark(options.spark, {
      installation: this.#installation,
      host: () => this.#host(),
      server: this.#server,
      stateFolder: options.stateFolder,
      dbfsFolder: options.dbfsFolder,
    });
  }

  warmUp(): void {
    if (!this.#spark.exists) return; // Python alone is up in a moment
    this.#host();
    this.#spark.warmUp();
  }

  execute(request: ExecutionRequest, host: DriverHost): Execution {
    const execution: NotebookExecution = new NotebookExecution(request, {
      installation: this.#installation,
      python: this.#host(),
      server: this.#server,
      stateFolder: this.#options.stateFolder,
      dbfsFolder: this.#options.dbfsFolder,
      host,
      secrets: this.#spark.secrets,
      services: {
        sparkAddress: () => this.#spark.address(request.runId, (sentence) => execution.loseSpark(sentence)),
        released: () => this.#spark.release(request.runId),
        runNotebook: (child, options) =>
          this.#runChild(
            () => this.execute(child, options.host ?? host),
            options.timeoutSeconds,
            AbortSignal.any([execution.signal, ...(options.signal ? [options.signal] : [])]),
          ),
      },
    });
    this.#running.add(execution);
    execution.result.catch(() => {}).finally(() => this.#running.delete(execution));
    return execution;
  }

  async stop(): Promise<void> {
    for (const execution of this.#running) execution.kill();
    await Promise.allSettled([...this.#running].map((execution) => execution.result));
    await this.#spark.stop();
    await this.#python?.stop();
    this.#server.close();
  }

  /** A notebook that another one runs: a run of its own, which is cancelled if the other one ends. */
  async #runChild(
    start: () => Execution,
    timeoutSeconds: number,
    parent: AbortSignal,
  ): Promise<ExecutionResult> {
    const child = start();
    const cancel = () => child.cancel("The notebook that ran it was cancelled.");
    parent.addEventListener("abort", cancel, { once: true });
    const timer =
      timeoutSeconds > 0
        ? setTimeout(() => child.cancel(`It ran longer than ${timeoutSeconds} s.`), timeoutSeconds * 1000)
        : undefined;
    child.output.resume();
    try {
      return await child.result;
    } finally {
      clearTimeout(timer);
      parent.removeEventListener("abort", cancel);
    }
  }

  #host(): PythonHost {
    this.#python ??= new PythonHost(this.#installation, this.#options.stateFolder, {
      hasSpark: this.#spark.exists,
    });
    return this.#python;
  }
}
