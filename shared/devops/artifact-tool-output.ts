import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const mostErrors = 3;
const longestError = 1_000;

/**
 * What ArtifactTool prints, on both streams: JSON lines in Serilog's compact form (`@m` message, `@l` level where it is not
 * Information), and at the end an object of results. Relays the messages as they come and keeps the errors.
 */
export class ArtifactToolOutput {
  readonly #errors: string[] = [];
  readonly #read: Promise<void>[];

  constructor(streams: readonly Readable[], tell: (text: string) => void) {
    this.#read = streams.map(async (stream) => {
      for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
        this.#take(line, tell);
    });
  }

  /** What it said went wrong, as the end of a sentence; "" where it said nothing. */
  async errors(): Promise<string> {
    await Promise.all(this.#read);
    const text = this.#errors.slice(-mostErrors).join(" ").replace(/\s+/g, " ").trim().replace(/\.$/, "");
    return text.length > longestError ? `${text.slice(0, longestError)}…` : text;
  }

  #take(line: string, tell: (text: string) => void): void {
    if (line.trim() === "") return;
    const { message, level } = readEvent(line);
    if (message === undefined) return;
    if (["Error", "Critical", "Fatal"].includes(level)) this.#errors.push(message);
    tell(message);
  }
}

/** A line that is no JSON is a crash's: it counts as an error. */
function readEvent(line: string): { message?: string; level: string } {
  try {
    const event = JSON.parse(line) as { "@m"?: unknown; "@l"?: unknown };
    return {
      message: typeof event?.["@m"] === "string" ? event["@m"] : undefined,
      level: typeof event?.["@l"] === "string" ? event["@l"] : "Information",
    };
  } catch {
    return { message: line, level: "Error" };
  }
}
