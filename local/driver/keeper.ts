import path from "node:path";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Frame, FrameServer, Line } from "./frames.ts";
import type { Gateway } from "./jvm.ts";
import type { PythonHost } from "./python-host.ts";

interface Answer {
  timer: NodeJS.Timeout;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A stream stops when its batch has reacted to the interrupt, which can take long on a busy machine. */
const answerWithinMs = { open: 10_000, close: 60_000 };

/** The Python process that keeps the JVM's SparkContext: opens a gateway for each run, and ends what a run left behind. */
export class Keeper {
  readonly #answers = new Map<number, Answer>();
  #line: Line | undefined;
  #number = 0;
  readonly #kept: Promise<void>;

  constructor(host: PythonHost, server: FrameServer, gateway: Gateway, stateFolder: string) {
    this.#kept = new Promise((resolve, reject) => {
      const nonce = server.expect({
        opened: (line) => {
          this.#line = line;
        },
        frame: (frame) => (frame.event === "kept" ? resolve() : this.#answered(frame)),
        closed: () => this.#lost(),
      });
      const warmUpFolder = path.join(stateFolder, "spark", "warm-up");
      const command = {
        command: "keeper" as const,
        run: "keeper",
        nonce,
        socket: server.path,
        gateway,
        warmUpFolder,
      };
      host.fork(command).then((status) => {
        this.#lost();
        reject(
          new Error(
            couldNot(
              "start Spark",
              `the process that keeps its session ended with status ${status}`,
              "run the notebook again",
            ),
          ),
        );
      }, reject);
    });
    this.#kept.catch(() => {});
  }

  /** Opens a gateway for one run. If runs shared one, foreachBatch would call back into another run's process. */
  async open(run: string): Promise<Gateway> {
    await this.#kept;
    return (await this.#ask({ do: "open", run })) as Gateway;
  }

  /** Stops the run's streams, cancels its jobs and closes its gateway. */
  async close(run: string): Promise<void> {
    await this.#ask({ do: "close", run });
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
            couldNot(
              "reach Spark",
              "the process that keeps its session has ended",
              "start the workspace again",
            ),
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
      reject(new Error(couldNot("reach Spark", "its session ended", "start the workspace again")));
    this.#answers.clear();
  }
}
