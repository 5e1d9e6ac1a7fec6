import type { TaskHost } from "../task/host.ts";
import { writeDocument } from "./write-document.ts";

/** Later steps get an output as an environment variable, which may have at most 32,767 characters on Windows. */
const maxOutput = 30_000;

/** Shortens exit values so that those of all notebooks of a step fit into the output ExitValue. */
export class ExitValues {
  readonly #host: Pick<TaskHost, "documents" | "log">;
  /** The most characters of each notebook's exit value. */
  readonly #maxLength: number;
  #files = 0;

  constructor(host: Pick<TaskHost, "documents" | "log">, notebooks: number) {
    this.#host = host;
    this.#maxLength = Math.floor(maxOutput / notebooks);
  }

  /** Returns the exit value. If it is too long, writes it to a file and returns its beginning. */
  async keep(name: string, value: string): Promise<string> {
    if (value.length <= this.#maxLength) return value;
    const file = await writeDocument(this.#host, `exit-value-${++this.#files}.txt`, value);
    this.#host.log.warning(
      `Notebook ${name}: its exit value is ${value.length} characters long, and ExitValue contains only the first ${this.#maxLength}; the whole value is in ${file}.`,
    );
    return beginning(value, this.#maxLength);
  }
}

/** The most characters of a scenario's exit value. That of a thousand scenarios is 10 MB together. */
const maxOfScenario = 10_000;

/** The exit value of a scenario as its results show it. The step has no output with exit values, so nothing else shortens it. */
export function exitValueOfScenario(value: string): string {
  return value.length <= maxOfScenario ? value : `${beginning(value, maxOfScenario)}…`;
}

/** Copies the beginning of a value, because a slice would keep the whole value, which may be 5 MB, in memory. */
function beginning(value: string, length: number): string {
  return Buffer.from(value.slice(0, length)).toString();
}
