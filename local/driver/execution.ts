import { mkdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { Answers, type RunServices } from "./answers.ts";
import type { Question } from "./dbutils-answers.ts";
import type { DriverHost } from "./driver-host.ts";
import type { ExecutionRequest } from "./execution-request.ts";
import type { ExecutionResult } from "./execution-result.ts";
import type { Frame, FrameServer, Line } from "./frames.ts";
import type { Installation } from "./installation.ts";
import { OutputTail } from "./output-tail.ts";
import type { PythonHost } from "./python-host.ts";
import { Redaction } from "./redaction.ts";
import { Transcript } from "./transcript.ts";

/** A cancelled cell gets SIGINT, which raises KeyboardInterrupt, and is killed after this time. Tasks have 7 s in all to cancel. */
const interruptGraceMs = 1500;
/** How long to wait for the end of a connection whose process has ended: a process that the notebook started may still have it. */
const drainMs = 2_000;
/** The platform ends a notebook at 30 MB of output. The limit here keeps an endless print loop from filling the disk. */
const outputLimitBytes = 1024 ** 3;

export interface Execution {
  /** Rejects only if the driver cannot run the notebook; whatever the notebook does is in the result. */
  result: Promise<ExecutionResult>;
  /** What the cells print, as it is printed, with secrets redacted. Ends after the result; it need not be read. */
  output: Readable;
  cancel(reason?: string): void;
  /** For a cluster that has ended: the process is killed at once, and the result is `died`. */
  kill(): void;
}

interface ExecutionParts {
  installation: Installation;
  python: PythonHost;
  server: FrameServer;
  stateFolder: string;
  dbfsFolder: string;
  host: DriverHost;
  services: RunServices & {
    /** Resolves with a sentence if Spark has ended while the run used it. */
    released(): Promise<string | undefined>;
  };
  /** What must not be shown besides the secrets that the notebook reads. */
  secrets: readonly string[];
}

/** One notebook run: its process, the frames that it sends and what it prints. */
export class NotebookExecution implements Execution {
  readonly result: Promise<ExecutionResult>;
  readonly output: Readable;
  readonly #request: ExecutionRequest;
  readonly #parts: ExecutionParts;
  readonly #transcript = new Transcript();
  readonly #redaction = new Redaction();
  readonly #tail: OutputTail;
  readonly #folder: string;
  readonly #abort = new AbortController();
  #canceled: string | undefined;
  #killed: string | undefined;
  #sparkLost: string | undefined;
  #heardAt = 0;
  #line: Line | undefined;
  /** The process has closed its connection, so that no frame of it is on its way. */
  #isClosed = false;

  constructor(request: ExecutionRequest, parts: ExecutionParts) {
    this.#request = request;
    this.#parts = parts;
    this.#folder = path.join(parts.stateFolder, "runs", request.runId.replaceAll(/[^\w.-]/g, "_"));
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#tail = new OutputTail(path.join(this.#folder, "output.log"), this.#redaction.stream());
    for (const secret of parts.secrets) this.#redaction.add(secret);
    this.output = this.#tail;
    this.result = this.#run();
  }

  /** Aborted when the run is cancelled or killed, so that the runs that it started end, too. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(reason = "The run was cancelled."): void {
    if (this.#canceled !== undefined) return;
    this.#canceled = reason;
    this.#abort.abort();
    this.#parts.python.signal(this.#request.runId, "SIGINT");
    setTimeout(() => this.#parts.python.signal(this.#request.runId, "SIGKILL"), interruptGraceMs).unref();
  }

  kill(why = "was killed because its cluster ended"): void {
    this.#killed ??= why;
    this.#abort.abort();
    this.#parts.python.signal(this.#request.runId, "SIGKILL");
  }

  /** Fails the run with this sentence, whatever the notebook makes of the errors that it gets. */
  loseSpark(sentence: string): void {
    this.#sparkLost ??= sentence;
    this.#abort.abort();
    this.#parts.python.signal(this.#request.runId, "SIGKILL");
  }

  async #run(): Promise<ExecutionResult> {
    const { installation, python, server, stateFolder, dbfsFolder, host, services } = this.#parts;
    const { runId: run, ...request } = this.#request;
    const answers = new Answers(this.#request, host, services, this.#redaction);
    await server.ready();
    const nonce = server.expect({
      opened: (line) => {
        this.#line = line;
        this.#isClosed = false;
      },
      frame: (frame) => this.#hear(frame, answers),
      closed: () => {
        this.#isClosed = true;
      },
    });
    // The timer also keeps this process alive while a notebook runs.
    const watch = setInterval(() => this.#limitOutput(), 1000);
    try {
      const status = await python.fork({
        ...request,
        command: "notebook",
        run,
        nonce,
        socket: server.path,
        stateFolder,
        runFolder: this.#folder,
        workspaceFolder: host.workspaceFolder,
        dbfsFolder,
        python: installation.python,
        sitePackages: installation.sitePackages,
      });
      await this.#drain();
      this.#sparkLost ??= await services.released();
      const ends = { canceled: this.#canceled, killed: this.#killed, sparkLost: this.#sparkLost };
      return this.#redaction.value(this.#transcript.result(status, ends));
    } finally {
      clearInterval(watch);
      server.forget(nonce);
      answers.end();
      this.#tail.finish();
      await services.released();
      await rm(path.join(this.#folder, "python"), { recursive: true, force: true });
    }
  }

  #hear(frame: Frame, answers: Answers): void {
    this.#heardAt = Date.now();
    if (frame.event !== "ask") {
      if (frame.event === "streamProgress") this.#tail.insert(this.#redaction.text(`${frame.text}\n`));
      this.#transcript.add(frame);
      return;
    }
    const line = this.#line;
    const { number } = frame;
    answers.answer(frame as unknown as Question).then(
      (value) => line?.send({ number, value }),
      (error: Error) => line?.send({ number, error: error.message }),
    );
  }

  /** Waits for frames that the process wrote before it ended. With a hundred notebooks at once, they may come much later than the end. */
  async #drain(): Promise<void> {
    const ended = Date.now();
    while (
      !this.#transcript.finished &&
      !this.#isClosed &&
      Date.now() - Math.max(this.#heardAt, ended) < drainMs
    )
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #limitOutput(): void {
    const size = statSync(path.join(this.#folder, "output.log"), { throwIfNoEntry: false })?.size ?? 0;
    if (size > outputLimitBytes) this.kill("was killed because it printed more than 1 GB");
  }
}
