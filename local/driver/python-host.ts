import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { couldNot } from "../../shared/text/could-not.ts";
import { guardedEnvironment, guardGroup } from "../guardian/guardian.ts";
import { driverFolder, type Installation } from "./installation.ts";

/** The variables that a notebook inherits. Those of the pipeline, secrets among them, are not passed on. */
const inherited =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|LD_LIBRARY_PATH|JAVA_HOME|PIP_.*|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_.*|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/i;

export function nodeEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => inherited.test(name) && value !== undefined,
  );
  return { ...(Object.fromEntries(entries) as Record<string, string>), ...guardedEnvironment };
}

/** The exit code of a process, or minus the number of the signal that ended it. */
type ExitStatus = number;

/** The Python process that has imported what notebooks need and forks one process for each notebook run. */
export class PythonHost {
  readonly #process: ChildProcess;
  readonly #exits = new Map<string, (status: ExitStatus) => void>();
  /** By run: removes the guard of the forked process, which leads a group of its own. */
  readonly #guards = new Map<string, () => void>();
  readonly #log: string;
  #gone = false;

  constructor(installation: Installation, stateFolder: string, { hasSpark }: { hasSpark: boolean }) {
    this.#log = path.join(stateFolder, "python-host.log");
    const log = openSync(this.#log, "w", 0o600);
    this.#process = spawn(
      installation.python,
      ["-m", "notebook_driver", ...(hasSpark ? [] : ["--without-spark"])],
      {
        cwd: stateFolder,
        env: {
          ...nodeEnvironment(),
          PYTHONPATH: driverFolder,
          PYTHONUNBUFFERED: "1",
          PYTHONIOENCODING: "utf-8",
        },
        stdio: ["pipe", log, log, "pipe"],
        detached: true, // so that Ctrl-C at a terminal reaches the notebooks only through cancel()
      },
    );
    const release = this.#process.pid === undefined ? () => {} : guardGroup(this.#process.pid);
    this.#process.once("exit", release);
    this.#process.unref();
    this.#process.stdin?.on("error", () => {});
    const events = createInterface({ input: this.#process.stdio[3] as Readable });
    events.on("line", (line) =>
      this.#heard(JSON.parse(line) as { event: string; run: string; status: number; pid: number }),
    );
    this.#process.on("error", () => this.#lost());
    this.#process.on("exit", () => this.#lost());
    (this.#process.stdio[3] as unknown as { unref?(): void }).unref?.();
    (this.#process.stdin as Writable & { unref?(): void }).unref?.();
  }

  /** Forks a process for `run`; resolves with its exit status. */
  fork(
    command: { command: "notebook" | "keeper"; run: string } & Record<string, unknown>,
  ): Promise<ExitStatus> {
    return new Promise((resolve, reject) => {
      if (this.#gone) {
        const printed = readFileSync(this.#log, "utf8").trim().split("\n").slice(-3).join(" | ");
        reject(
          new Error(
            couldNot(
              "run the notebook",
              `the driver's Python process has ended and printed: ${printed}`,
              `see ${this.#log}`,
            ),
          ),
        );
        return;
      }
      this.#exits.set(command.run, resolve);
      this.#send(command);
    });
  }

  signal(run: string, signal: "SIGINT" | "SIGKILL"): void {
    if (this.#exits.has(run)) this.#send({ command: "signal", run, signal });
  }

  async stop(): Promise<void> {
    if (this.#gone) return;
    this.#process.ref(); // so that Node waits for it even if nothing else is left
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 3000);
    this.#process.stdin?.end();
    await gone;
    clearTimeout(timer);
  }

  #send(command: Record<string, unknown>): void {
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  #heard({ event, run, status, pid }: { event: string; run: string; status: number; pid: number }): void {
    if (event === "started") this.#guards.set(run, guardGroup(pid));
    if (event !== "exit") return;
    this.#release(run);
    this.#exits.get(run)?.(status);
    this.#exits.delete(run);
  }

  #release(run: string): void {
    this.#guards.get(run)?.();
    this.#guards.delete(run);
  }

  #lost(): void {
    this.#gone = true;
    for (const run of this.#guards.keys()) this.#release(run);
    for (const resolve of this.#exits.values()) resolve(-9);
    this.#exits.clear();
  }
}
