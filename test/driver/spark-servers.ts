import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { readInstallation } from "../../local/driver/installation.ts";
import { Notebooks } from "./notebooks.ts";

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A server of the installed Spark, such as a team runs it. */
export class SparkServer {
  readonly process: ChildProcess;
  readonly #folder = mkdtempSync(path.join(tmpdir(), "spark-server-"));
  readonly #lines: string[] = [];
  #heard: () => void = () => {};

  constructor(mainClass: string, args: (folder: string) => readonly string[]) {
    const { jvmCommand, python, sitePackages } = readInstallation();
    const [java, ...options] = jvmCommand as [string, ...string[]];
    this.process = spawn(java, [...options, mainClass, ...args(this.#folder)], {
      cwd: this.#folder,
      stdio: ["ignore", "ignore", "pipe"],
      // Python functions of Spark Connect run in the server's Python.
      env: {
        ...process.env,
        SPARK_HOME: path.join(sitePackages, "pyspark"),
        PYSPARK_PYTHON: python,
      },
    });
    createInterface({ input: this.process.stderr! }).on("line", (line) => {
      this.#lines.push(line);
      this.#heard();
    });
    this.process.once("exit", () => this.#heard());
  }

  /** Resolves when the server has logged a line that contains `text`. */
  async logged(text: string): Promise<void> {
    while (!this.#lines.some((line) => line.includes(text))) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`The server ended before it logged "${text}":\n${this.#lines.slice(-20).join("\n")}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill("SIGKILL");
      await once(this.process, "exit");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Spark Connect with Delta Lake. */
export async function startConnectServer(port: number): Promise<SparkServer> {
  const conf = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.connect.grpc.binding.port": String(port),
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
  };
  const server = new SparkServer("org.apache.spark.deploy.SparkSubmit", () => [
    "--class",
    "org.apache.spark.sql.connect.service.SparkConnectServer",
    ...Object.entries(conf).flatMap(([key, value]) => ["--conf", `${key}=${value}`]),
    "spark-internal",
  ]);
  await server.logged("Connect server started");
  return server;
}

/** A standalone cluster: https://spark.apache.org/docs/latest/spark-standalone.html */
export async function startStandaloneMaster(port: number): Promise<SparkServer> {
  const args = ["--host", "127.0.0.1", "--port", String(port), "--webui-port", "0"];
  const master = new SparkServer("org.apache.spark.deploy.master.Master", () => args);
  await master.logged("New state: ALIVE");
  return master;
}

export async function startStandaloneWorker(masterUrl: string): Promise<SparkServer> {
  const worker = new SparkServer("org.apache.spark.deploy.worker.Worker", (folder) => [
    ...["--host", "127.0.0.1", "--webui-port", "0", "--cores", "2", "--memory", "1g", "--work-dir", folder],
    masterUrl,
  ]);
  await worker.logged("Successfully registered with master");
  return worker;
}

/** A server of Spark Connect, and a driver whose notebooks use it. */
export async function startConnectNotebooks(): Promise<{ server: SparkServer; notebooks: Notebooks }> {
  const port = await freePort();
  const server = await startConnectServer(port);
  return { server, notebooks: new Notebooks(`sc://127.0.0.1:${port}/;user_id=weather`) };
}
