import path from "node:path";
import { couldNot } from "../../shared/text/could-not.ts";
import { writeExecutorJava } from "./executor-java.ts";
import type { FrameServer } from "./frames.ts";
import type { Installation } from "./installation.ts";
import { type Gateway, Jvm } from "./jvm.ts";
import { Keeper } from "./keeper.ts";
import type { Master } from "./master.ts";
import type { PythonHost } from "./python-host.ts";
import { reachMaster } from "./reach.ts";

export interface SparkParts {
  installation: Installation;
  host: () => PythonHost;
  server: FrameServer;
  stateFolder: string;
  dbfsFolder: string;
}

export type JvmMaster = Extract<Master, { kind: "local" | "standalone" }>;

/** From the start of the JVM's gateway until a SparkContext is there. A master of another version of Spark never answers. */
const startWithinMs = { local: 120_000, standalone: 45_000 };
/** A process that a call found dead has its exit reported within this time. */
const exitReportedMs = 2_000;

/** A JVM with a SparkContext, and its keeper. It runs once: after its end another one takes its place. */
export class SparkProcess {
  readonly #started: Promise<Keeper>;
  readonly #lost: Promise<string>;
  #markLost: (why: string) => void = () => {};
  #jvm: Jvm | undefined;
  #isOver = false;
  #isStopped = false;

  constructor(master: JvmMaster, number: number, parts: SparkParts) {
    this.#lost = new Promise((resolve) => {
      this.#markLost = resolve;
    });
    this.#lost.then(() => {
      this.#isOver = true;
    });
    this.#started = this.#start(master, number, parts);
    this.#started.catch((error: Error) => this.#end(error.message));
  }

  /** Resolves with a clause about what ended when the JVM, its SparkContext or its keeper has ended. */
  get lost(): Promise<string> {
    return this.#lost;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when notebooks can use it. */
  async ready(): Promise<void> {
    await this.#started;
  }

  /** Undefined if the SparkContext has stopped, and with it this process. */
  async open(run: string): Promise<Gateway | undefined> {
    const gateway = await (await this.#started).open(run);
    if (!gateway) this.#end("its SparkContext has stopped");
    return gateway;
  }

  /** Ends what a run left. Resolves with why Spark is lost, or undefined. */
  async close(run: string): Promise<string | undefined> {
    try {
      if (!(await (await this.#started).close(run))) this.#end("its SparkContext has stopped");
    } catch {
      await Promise.race([this.#lost, new Promise((resolve) => setTimeout(resolve, exitReportedMs).unref())]);
    }
    return this.#isOver ? this.#lost : undefined;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    // Not awaited: a Spark that is still starting is stopped without waiting for it.
    this.#started.then(
      (keeper) => keeper.end(),
      () => {},
    );
    await this.#jvm?.stop();
  }

  /** Marks it as lost and ends what is left of it. */
  #end(why: string): void {
    this.#isOver = true;
    this.#markLost(why);
    this.stop().catch(() => {});
  }

  async #start(master: JvmMaster, number: number, parts: SparkParts): Promise<Keeper> {
    // A folder for each JVM: a table must not be created on what one of a former catalog left.
    const folder = path.join(parts.stateFolder, number === 1 ? "spark" : `spark-${number}`);
    const reached = master.kind === "standalone" ? await reachMaster(master.url, master.hosts) : "127.0.0.1";
    if (this.#isStopped) throw new Error(couldNot("start Spark", "it was stopped while it started"));
    const address = /^(::1$|::ffff:127\.)/.test(reached) ? "127.0.0.1" : reached.replace(/^::ffff:/, "");
    const isCluster = master.kind === "standalone";
    // A cluster that is reached over loopback is on this machine, workers included: others could not reach the driver.
    const executorJava =
      isCluster && address === "127.0.0.1" ? writeExecutorJava(folder, parts.installation) : undefined;
    const place = { master: master.url, address, folder, dbfsFolder: parts.dbfsFolder, executorJava };
    const jvm = new Jvm(parts.installation, place);
    this.#jvm = jvm;
    jvm.ended.then((how) => this.#end(`its Java process ${how}`));
    const host = parts.host();
    const [gateway] = await Promise.all([jvm.gateway, parts.server.ready()]);
    const keeper = new Keeper(host, parts.server, {
      name: number === 1 ? "keeper" : `keeper-${number}`,
      kept: {
        gateway,
        warmUpFolder: path.join(folder, "warm-up"),
        isCluster,
        startWithinMs: startWithinMs[master.kind],
        advice: isCluster
          ? `its master and its workers, whose logs say more, must run the driver's version of Spark`
          : `see ${path.join(folder, "spark.log")}`,
      },
    });
    keeper.ended.then((what) => this.#end(what));
    await keeper.kept;
    return keeper;
  }
}
