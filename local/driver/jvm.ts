import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, watch } from "node:fs";
import path from "node:path";
import { couldNot } from "../../shared/text/could-not.ts";
import { guardGroup } from "../guardian/guardian.ts";
import type { Installation } from "./installation.ts";
import { nodeEnvironment } from "./python-host.ts";
import { type SparkPlace, sparkConf } from "./spark-conf.ts";

export interface Gateway {
  port: number;
  secret: string;
}

/** A JVM that listens for no gateway within this time does not start any more. */
const startTimeoutMs = 120_000;

/** A JVM that runs Spark's gateway and ends when its stdin is closed. */
export class Jvm {
  readonly #process: ChildProcess;
  readonly #log: string;
  readonly gateway: Promise<Gateway>;
  /** Resolves with how the process ended. */
  readonly ended: Promise<string>;

  constructor(installation: Installation, place: Omit<SparkPlace, "deltaJars">) {
    const { folder } = place;
    mkdirSync(path.join(folder, "local"), { recursive: true });
    const connection = path.join(folder, "gateway");
    this.#log = path.join(folder, "spark.log");
    const log = openSync(this.#log, "w", 0o600);
    const conf = sparkConf({ ...place, deltaJars: installation.deltaJars });
    const [java, ...options] = installation.jvmCommand as [string, ...string[]];
    const args = Object.entries(conf).flatMap(([key, value]) => ["--conf", `${key}=${value}`]);
    this.#process = spawn(
      java,
      [...options, "org.apache.spark.deploy.SparkSubmit", ...args, "pyspark-shell"],
      {
        cwd: folder,
        env: { ...nodeEnvironment(), _PYSPARK_DRIVER_CONN_INFO_PATH: connection, PYSPARK_PIN_THREAD: "true" },
        stdio: ["pipe", log, log],
        detached: true, // Ctrl-C at a terminal must not end it before the notebooks
      },
    );
    closeSync(log);
    if (this.#process.pid !== undefined) this.#process.once("exit", guardGroup(this.#process.pid));
    this.#process.unref();
    this.#process.stdin?.on("error", () => {});
    this.ended = new Promise((resolve) => {
      this.#process.once("error", (error) => resolve(`could not be started (${error.message})`));
      this.#process.once("exit", (code, signal) => resolve(describeEnd(code, signal)));
    });
    this.gateway = this.#awaitGateway(folder, connection);
    this.gateway.catch(() => {});
  }

  #awaitGateway(folder: string, connection: string): Promise<Gateway> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const finish = () => {
        isOver = true;
        watcher.close();
        clearTimeout(timer);
      };
      const watcher = watch(folder, () => {
        if (isOver || !existsSync(connection)) return;
        const bytes = readFileSync(connection);
        if (bytes.length < 8 || bytes.length < 8 + bytes.readInt32BE(4)) return;
        finish();
        rmSync(connection);
        resolve({ port: bytes.readInt32BE(0), secret: bytes.subarray(8).toString("utf8") });
      });
      const fail = (why: string) => {
        if (isOver) return;
        finish();
        const printed = readFileSync(this.#log, "utf8").trim().split("\n").slice(-5).join(" | ");
        reject(
          new Error(
            couldNot("start Spark's Java process", `it ${why} and printed: ${printed}`, `see ${this.#log}`),
          ),
        );
      };
      const timer = setTimeout(() => {
        fail(`did not start within ${startTimeoutMs / 1000} s`);
        this.#process.kill("SIGKILL");
      }, startTimeoutMs);
      timer.unref();
      this.ended.then(fail);
    });
  }

  get exited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async stop(graceMs = 3000): Promise<void> {
    if (this.exited) return;
    this.#process.ref(); // so that Node waits for it even if nothing else is left
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), graceMs);
    this.#process.stdin?.end();
    await gone;
    clearTimeout(timer);
  }
}

function describeEnd(code: number | null, signal: string | null): string {
  if (signal === null) return `ended with exit code ${code}`;
  const hint =
    signal === "SIGKILL" ? ", which is also how the system ends a process that takes too much memory" : "";
  return `was killed by ${signal}${hint}`;
}
