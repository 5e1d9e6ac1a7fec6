import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { clause } from "../text/could-not.ts";
import { oneLine } from "../text/plain-text.ts";

const mostErrors = 3;
const longestErrorLength = 1_000;

/**
 * What ArtifactTool prints, on both streams: JSON lines in Serilog's compact form (`@m` message, `@l` level if it is not
 * Information), and at the end an object of results (`Version`, `Description`). Relays the messages as they come and keeps the errors and
 * the version.
 */
export class ArtifactToolOutput {
  readonly #errors: string[] = [];
  #version: string | undefined;
  readonly #read: Promise<void>[];

  constructor(streams: readonly Readable[], relay: (text: string) => void) {
    this.#read = streams.map(async (stream) => {
      for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
        this.#take(line, relay);
    });
  }

  /** Its last error messages, as a part of a sentence; "" if there are none. */
  async errors(): Promise<string> {
    await Promise.all(this.#read);
    return clause(oneLine(this.#errors.slice(-mostErrors).join(" "), longestErrorLength));
  }

  /** The version in the results, once `errors` has resolved. Undefined if the tool printed none. */
  get version(): string | undefined {
    return this.#version;
  }

  #take(line: string, relay: (text: string) => void): void {
    if (line.trim() === "") return;
    const { message, level, version } = readEvent(line);
    this.#version ??= version;
    if (message === undefined) return;
    if (["Error", "Critical", "Fatal"].includes(level)) this.#errors.push(message);
    relay(message);
  }
}

/** A line that is not JSON comes from a crash and counts as an error. */
function readEvent(line: string): { message?: string; level: string; version?: string } {
  try {
    const event = JSON.parse(line) as { "@m"?: unknown; "@l"?: unknown; Version?: unknown };
    return {
      message: typeof event?.["@m"] === "string" ? event["@m"] : undefined,
      level: typeof event?.["@l"] === "string" ? event["@l"] : "Information",
      version: typeof event?.Version === "string" && event["@m"] === undefined ? event.Version : undefined,
    };
  } catch {
    return { message: line, level: "Error" };
  }
}
