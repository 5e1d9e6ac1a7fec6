import type { FinishedRun } from "../databricks/runs/run-notebooks.ts";
import { collectGarbage } from "../memory/collect-garbage.ts";
import type { MaskedFile, TaskHost } from "../task/host.ts";

/** Environment variables of later steps hold an output; Windows allows 32,767 characters for one. */
const longestOutput = 30_000;
const largeText = 512 * 1024;

/** Keeps exit values short enough for the output ExitValue, which the notebooks of a step share. */
export class ExitValues {
  readonly #share: number;
  #kept = 0;

  readonly #host: TaskHost;

  constructor(host: TaskHost, notebooks: number) {
    this.#host = host;
    this.#share = Math.floor(longestOutput / notebooks);
  }

  /** Answers the value, or where it is too long for an output its beginning; the whole then stands in a file. */
  async keep(name: string, value: string): Promise<string> {
    if (value.length <= this.#share) return value;
    const file = await writeLarge(this.#host, `exit-value-${++this.#kept}.txt`, value);
    this.#host.log.warning(
      `Notebook ${name}: its exit value has ${value.length} characters, of which ExitValue holds the first ${this.#share}; the whole is in ${file}.`,
    );
    return beginning(value, this.#share);
  }
}

/** Writes a document of the step, and gives the memory back that a large one took. */
export async function writeLarge(
  { documents }: TaskHost,
  name: string,
  content: string | object,
): Promise<MaskedFile> {
  const file = await documents.write(name, content);
  if (typeof content === "object" || content.length > largeText) collectGarbage();
  return file;
}

/** A copy: a mere slice would keep the whole of a value of 5 MB in memory. */
function beginning(value: string, length: number): string {
  return Buffer.from(value.slice(0, length)).toString();
}

/** Sets the outputs, whatever the result: RunId and RunUrl of the first notebook that failed, else of the last one. */
export function setOutputs(host: TaskHost, ran: readonly FinishedRun[]): void {
  const shown = ran.find(({ state }) => state === "failed") ?? ran.at(-1)!;
  if (shown.runId !== undefined) host.output("RunId", String(shown.runId));
  if (shown.result.url !== undefined) host.output("RunUrl", shown.result.url);
  const values = ran.flatMap(({ result: { name, exitValue } }) =>
    exitValue === undefined ? [] : [[name, exitValue] as const],
  );
  if (ran.length > 1) host.output("ExitValue", JSON.stringify(Object.fromEntries(values)));
  else if (values[0]) host.output("ExitValue", values[0][1]);
}

/** The one sentence by which the task fails, or undefined where every notebook succeeded. */
export function failure(ran: readonly FinishedRun[]): string | undefined {
  const failed = ran.filter(({ state }) => state !== "succeeded").map(({ result }) => result);
  const [first] = failed;
  if (!first) return undefined;
  const where = first.url ? `; see ${first.url}` : "";
  if (ran.length === 1) return `Ran notebook ${first.name}, which failed: ${first.message}${where}.`;
  return `Ran ${ran.length} notebooks, of which ${failed.length} failed (${failed.map(({ name }) => name).join(", ")}); the first, ${first.name}: ${first.message}${where}.`;
}
