import { couldNot } from "../../shared/text/could-not.ts";
import type { Frame, FrameServer, Line } from "./frames.ts";
import type { Gateway } from "./jvm.ts";
import type { PythonHost } from "./python-host.ts";

interface Answer {
  timer: NodeJS.Timeout;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** What a keeper keeps: the SparkContext of a JVM, or the sessions of a server of Spark Connect. */
export type Kept =
  | {
      gateway: Gateway;
      warmUpFolder: string;
      isCluster: boolean;
      startWithinMs: number;
      /** What to do if it does not start. */
      advice: string;
    }
  | { connect: string };

/**
 * How long an answer may take. To open: Spark waits for the first executor of a cluster. To close: a stream stops when its batch has
 * reacted to the interrupt, which can take long on a busy machine.
 */
const answerWithinMs = { open: 90_000, close: 60_000 };

/** The Python process that opens a gateway for each run, or a session on a server, and ends what a run left behind. */
export class Keeper {
  readonly #answers = new Map<number, Answer>();
  #line: Line | undefined;
  #number = 0;
  readonly #kept: Promise<void>;
  /** Resolves with a clause about what ended when the process has ended, or the cluster has lost its executors. */
  readonly ended: Promise<string>;

  constructor(host: PythonHost, server: FrameServer, { name, kept }: { name: string; kept: Kept }) {
    let markEnded: (what: string) => void = () => {};
    this.ended = new Promise((resolve) => {
      markEnded = resolve;
    });
    this.#kept = new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(couldNot("start Spark", why, "advice" in kept ? kept.advice : "")));
      const nonce = server.expect({
        opened: (line) => {
          this.#line = line;
        },
        frame: (frame) => {
          if (frame.event === "kept") resolve();
          else if (frame.event === "failed") fail(String(frame.error));
          else if (frame.event === "lost") markEnded(String(frame.why));
          else this.#answered(frame);
        },
        closed: () => this.#lost(),
      });
      if ("startWithinMs" in kept)
        setTimeout(
          () => fail(`it did not start within ${kept.startWithinMs / 1000} s`),
          kept.startWithinMs,
        ).unref();
      host
        .fork({ command: "keeper", run: name, nonce, socket: server.path, ...kept })
        .then((status) => fail(`the process that keeps its session ended with status ${status}`), reject)
        .finally(() => {
          this.#lost();
          server.forget(nonce);
          markEnded("the process that keeps its session ended");
        });
    });
    this.#kept.catch(() => {});
  }

  /** Resolves when runs can be opened; rejects with why Spark did not start. */
  get kept(): Promise<void> {
    return this.#kept;
  }

  /**
   * Opens a gateway for one run. If runs shared one, foreachBatch would call back into another run's process.
   * Undefined if the SparkContext has stopped.
   */
  async open(run: string): Promise<Gateway | undefined> {
    await this.#kept;
    return ((await this.#ask({ do: "open", run })) ?? undefined) as Gateway | undefined;
  }

  /** Stops the run's streams, cancels its jobs and closes its gateway. False if the SparkContext has stopped. */
  async close(run: string): Promise<boolean> {
    return (await this.#ask({ do: "close", run })) as boolean;
  }

  end(): void {
    this.#line?.end();
  }

  #ask(request: { do: "open" | "close"; run: string }): Promise<unknown> {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      if (!this.#line)
        return reject(
          new Error(
            couldNot("reach Spark", "the process that keeps its session has ended", "run the notebook again"),
          ),
        );
      const timer = setTimeout(
        () =>
          reject(
            new Error(
              couldNot(
                `${request.do} the Spark session of run ${request.run}`,
                `there was no answer within ${answerWithinMs[request.do] / 1000} s`,
                "run the notebook again",
              ),
            ),
          ),
        answerWithinMs[request.do],
      );
      timer.unref();
      this.#answers.set(number, { timer, resolve, reject });
      this.#line.send({ ...request, number });
    });
  }

  #answered(frame: Frame): void {
    const answer = this.#answers.get(frame.number as number);
    this.#answers.delete(frame.number as number);
    clearTimeout(answer?.timer);
    if (frame.error) answer?.reject(new Error(frame.error as string));
    else answer?.resolve(frame.value);
  }

  #lost(): void {
    this.#line = undefined;
    for (const { reject } of this.#answers.values())
      reject(new Error(couldNot("reach Spark", "its session ended", "run the notebook again")));
    this.#answers.clear();
  }
}
