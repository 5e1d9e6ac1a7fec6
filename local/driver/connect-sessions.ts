import { Keeper } from "./keeper.ts";
import type { SparkParts } from "./spark-process.ts";

/** Ends the sessions of runs on a server of Spark Connect, also of runs that were killed, and with them their queries and streams. */
export class ConnectSessions {
  readonly #url: string;
  readonly #parts: SparkParts;
  #keeper: Promise<Keeper> | undefined;
  #keepers = 0;

  constructor(url: string, parts: SparkParts) {
    this.#url = url;
    this.#parts = parts;
  }

  /** Starts the process that ends sessions, so that it is there when the first one ends. */
  prepare(): void {
    this.#keeper ??= this.#start();
  }

  /** A server that does not answer does not fail the run. */
  async close(session: string): Promise<void> {
    this.prepare();
    await this.#keeper?.then((keeper) => keeper.close(session)).catch(() => {});
  }

  stop(): void {
    this.#keeper?.then((keeper) => keeper.end()).catch(() => {});
  }

  async #start(): Promise<Keeper> {
    const { host, server } = this.#parts;
    await server.ready();
    const number = ++this.#keepers;
    const keeper = new Keeper(host(), server, {
      name: number === 1 ? "keeper" : `keeper-${number}`,
      kept: { connect: this.#url },
    });
    keeper.ended.then(() => {
      this.#keeper = undefined; // the next session starts another one
    });
    await keeper.kept;
    return keeper;
  }
}
