import type { TaskHost } from "../task/host.ts";
import { writeDocument } from "./write-document.ts";

/** Later steps get an output as an environment variable, for which Windows allows 32,767 characters. */
const longestOutput = 30_000;

/** Keeps exit values short enough for the output ExitValue, which all notebooks of a step share. */
export class ExitValues {
  readonly #host: Pick<TaskHost, "documents" | "log">;
  /** Characters for each notebook. */
  readonly #longest: number;
  #files = 0;

  constructor(host: Pick<TaskHost, "documents" | "log">, notebooks: number) {
    this.#host = host;
    this.#longest = Math.floor(longestOutput / notebooks);
  }

  /** Returns the value; of one that is too long the beginning, and writes the whole to a file. */
  async keep(name: string, value: string): Promise<string> {
    if (value.length <= this.#longest) return value;
    const file = await writeDocument(this.#host, `exit-value-${++this.#files}.txt`, value);
    this.#host.log.warning(
      `Notebook ${name}: its exit value is ${value.length} characters long, and ExitValue contains only the first ${this.#longest}; the whole value is in ${file}.`,
    );
    return beginning(value, this.#longest);
  }
}

/** A copy: a slice would keep the whole value, which may be 5 MB, in memory. */
function beginning(value: string, length: number): string {
  return Buffer.from(value.slice(0, length)).toString();
}
