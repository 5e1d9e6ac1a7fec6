import { randomUUID } from "node:crypto";
import { couldNot } from "../../shared/text/could-not.ts";
import { ConnectSessions } from "./connect-sessions.ts";
import type { Gateway } from "./jvm.ts";
import { type Master, parseMaster } from "./master.ts";
import { type JvmMaster, type SparkParts, SparkProcess } from "./spark-process.ts";

/** The `spark` of `notebook-ops.local.yml`. */
export interface SparkOptions {
  /** `local[*]` and `spark://…` start a JVM, `sc://…` is Spark Connect; `none`: Python alone, without a JVM. */
  master: string;
}

/** How a notebook's process connects to its Spark session. */
export type SparkAddress =
  | { kind: "none" }
  | { kind: "connect"; url: string; shown: string; session: string }
  | ({ kind: "jvm" } & Gateway);

/** The Spark of one run, which stays the same when its Python restarts. */
interface Opened {
  address: Promise<SparkAddress>;
  /** Resolves with why Spark is lost, or undefined. */
  close(): Promise<string | undefined>;
}

/** The workspace's Spark, which starts when it is first needed, and again if it has ended. */
export class Spark {
  readonly #master: Master;
  readonly #parts: SparkParts;
  readonly #opened = new Map<string, Opened>();
  readonly #sessions: ConnectSessions | undefined;
  #process: SparkProcess | undefined;
  #processes = 0;

  constructor(options: SparkOptions, parts: SparkParts) {
    this.#master = parseMaster(options.master);
    this.#parts = parts;
    if (this.#master.kind === "connect") this.#sessions = new ConnectSessions(this.#master.url, parts);
  }

  /** False for the master `none`. */
  get exists(): boolean {
    return this.#master.kind !== "none";
  }

  /** What must not be shown: tokens in the address of a server. */
  get secrets(): readonly string[] {
    return this.#master.kind === "connect" ? this.#master.secrets : [];
  }

  warmUp(): void {
    if (this.#master.kind === "local" || this.#master.kind === "standalone")
      this.#running(this.#master)
        .ready()
        .catch(() => {}); // the first notebook that needs Spark reports the error
  }

  /** @param lost called with a sentence if Spark ends while the run uses it */
  address(run: string, lost: (sentence: string) => void): Promise<SparkAddress> {
    let opened = this.#opened.get(run);
    if (!opened) {
      opened = this.#open(run, lost);
      this.#opened.set(run, opened);
      opened.address.catch(() => this.#opened.delete(run));
    }
    return opened.address;
  }

  /** Ends what a run left in Spark. Resolves with a sentence if Spark has ended while the run used it. */
  async release(run: string): Promise<string | undefined> {
    const opened = this.#opened.get(run);
    this.#opened.delete(run);
    return opened?.close();
  }

  async stop(): Promise<void> {
    this.#sessions?.stop();
    await this.#process?.stop();
  }

  #open(run: string, lost: (sentence: string) => void): Opened {
    const master = this.#master;
    if (master.kind === "none")
      return { address: Promise.resolve({ kind: "none" }), close: async () => undefined };
    if (master.kind === "connect") {
      const { url, shown } = master;
      const session = randomUUID();
      this.#sessions?.prepare();
      return {
        address: Promise.resolve({ kind: "connect", url, shown, session }),
        close: async () => {
          await this.#sessions?.close(session);
          return undefined;
        },
      };
    }
    let used: SparkProcess | undefined;
    let isClosed = false;
    const address = async (): Promise<SparkAddress> => {
      // The SparkContext may have stopped although the JVM runs: a notebook stopped it, or the master ended the application.
      const opened = (await this.#openOn(master, run)) ?? (await this.#openOn(master, run));
      if (!opened)
        throw new Error(
          couldNot("open a Spark session", "the SparkContext stopped at once", "see spark.log"),
        );
      used = opened.process;
      used.lost.then((why) => lost(lostSentence(why)));
      if (isClosed) await used.close(run); // the run was killed while Spark started
      return { kind: "jvm", ...opened.gateway };
    };
    return {
      address: address(),
      close: async () => {
        isClosed = true;
        const why = await used?.close(run);
        return why === undefined ? undefined : lostSentence(why);
      },
    };
  }

  async #openOn(
    master: JvmMaster,
    run: string,
  ): Promise<{ process: SparkProcess; gateway: Gateway } | undefined> {
    const process = this.#running(master);
    const gateway = await process.open(run);
    return gateway && { process, gateway };
  }

  #running(master: JvmMaster): SparkProcess {
    if (!this.#process || this.#process.isOver)
      this.#process = new SparkProcess(master, ++this.#processes, this.#parts);
    return this.#process;
  }
}

function lostSentence(why: string): string {
  return couldNot(
    "finish the notebook",
    `the workspace's Spark ended while it ran (${why}), and with it all sessions, temporary views and the tables of its catalog in memory`,
    "run the notebook again, for which Spark starts anew",
  );
}
