import { couldNot } from "../../shared/text/could-not.ts";
import type { FrameServer } from "./frames.ts";
import type { Installation } from "./installation.ts";
import { type Gateway, Jvm } from "./jvm.ts";
import { Keeper } from "./keeper.ts";
import type { PythonHost } from "./python-host.ts";

/** The `spark` of `notebook-ops.local.yml`. */
export interface SparkOptions {
  /** `local[*]` and `spark://…` start a JVM, `sc://…` is Spark Connect; `none`: Python alone, without a JVM. */
  master: string;
}

/** How a notebook's process connects to its Spark session. */
export type SparkAddress = { kind: "none" } | { kind: "connect"; url: string } | ({ kind: "jvm" } & Gateway);

/** The workspace's Spark, which starts when it is first needed. */
export class Spark {
  readonly #master: string;
  readonly #installation: Installation;
  readonly #host: () => PythonHost;
  readonly #server: FrameServer;
  readonly #stateFolder: string;
  readonly #dbfsFolder: string;
  readonly #opened = new Map<string, Promise<Gateway>>();
  #jvm: Jvm | undefined;
  #keeper: Promise<Keeper> | undefined;

  constructor(
    options: SparkOptions,
    parts: {
      installation: Installation;
      host: () => PythonHost;
      server: FrameServer;
      stateFolder: string;
      dbfsFolder: string;
    },
  ) {
    this.#master = options.master;
    if (!/^(none$|local(\[.+\])?$|spark:\/\/.|sc:\/\/.)/.test(this.#master))
      throw new Error(
        couldNot(
          "start Spark",
          `"${this.#master}" is not a master`,
          "use local[*], spark://…, sc://… or none",
        ),
      );
    this.#installation = parts.installation;
    this.#host = parts.host;
    this.#server = parts.server;
    this.#stateFolder = parts.stateFolder;
    this.#dbfsFolder = parts.dbfsFolder;
  }

  /** False for the master `none`. */
  get exists(): boolean {
    return this.#master !== "none";
  }

  get #needsJvm(): boolean {
    return /^(local|spark:)/.test(this.#master);
  }

  warmUp(): void {
    if (this.#needsJvm) this.#start().catch(() => {}); // the first notebook that needs Spark reports the error
  }

  async address(run: string): Promise<SparkAddress> {
    if (!this.exists) return { kind: "none" };
    if (!this.#needsJvm) return { kind: "connect", url: this.#master };
    const keeper = await this.#start();
    let gateway = this.#opened.get(run);
    if (!gateway) {
      gateway = keeper.open(run);
      this.#opened.set(run, gateway);
    }
    return { kind: "jvm", ...(await gateway) };
  }

  /** Ends what a run left in the JVM. A Spark that does not answer does not fail the run. */
  async release(run: string): Promise<void> {
    if (!this.#opened.delete(run)) return;
    await (await this.#start()).close(run).catch(() => {});
  }

  async stop(): Promise<void> {
    // Not awaited: a Spark that is still starting is stopped without waiting for it.
    this.#keeper?.then(
      (keeper) => keeper.end(),
      () => {},
    );
    await this.#jvm?.stop();
  }

  #start(): Promise<Keeper> {
    this.#keeper ??= this.#startJvm();
    return this.#keeper;
  }

  async #startJvm(): Promise<Keeper> {
    this.#jvm = new Jvm(this.#installation, this.#master, this.#stateFolder, this.#dbfsFolder);
    const host = this.#host();
    const [gateway] = await Promise.all([this.#jvm.gateway, this.#server.ready()]);
    return new Keeper(host, this.#server, gateway, this.#stateFolder);
  }
}
