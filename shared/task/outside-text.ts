import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/*
 * The agent executes ##vso[…] anywhere in a line of stdout or stderr, and formats ##[…]. task-lib 5.281 offers
 * filters for ##vso[ in lower case alone; this one also takes ##[, either case, and the characters by which a marker
 * could be put together again: escape sequences and control characters inside it, and carriage returns.
 */
const marker = /##(?=vso\[|\[)/giu;
const markerStart = /#(?:#(?:v(?:so?)?)?)?$/iu; // of a text: what could still become a marker

/** Makes a complete text safe to print: the same text in lines, without commands. */
export function sanitise(text: string): string {
  const filter = new OutsideText();
  return filter.push(text) + filter.flush();
}

/** The same for text in chunks. Holds back at most five characters, so memory does not grow with a line. */
class OutsideText {
  #pending = "";
  #afterCarriageReturn = false;
  #escape: "none" | "start" | "sequence" | "string" = "none";

  push(chunk: string): string {
    const text = this.#pending + this.#plain(chunk);
    const held = heldBack(text);
    this.#pending = text.slice(text.length - held);
    return text.slice(0, text.length - held).replace(marker, "##_");
  }

  /** The characters that were held back, at the end of the text. */
  flush(): string {
    return this.#pending;
  }

  /** Without escape sequences and control characters; CR and CRLF become LF. */
  #plain(chunk: string): string {
    // Most text has nothing to take out: looking once is fifty times quicker than walking.
    if (this.#escape === "none" && !this.#afterCarriageReturn && !/[^\P{C}\t\n]|[\u2028\u2029]/u.test(chunk))
      return chunk;
    let plain = "";
    for (const character of chunk) plain += this.#keep(character);
    return plain;
  }

  #keep(character: string): string {
    const afterCarriageReturn = this.#afterCarriageReturn;
    this.#afterCarriageReturn = character === "\r";
    if (character === "\r" || character === "\n") {
      this.#escape = "none"; // an unfinished sequence must not swallow the rest of the text
      return character === "\n" && afterCarriageReturn ? "" : "\n";
    }
    if (this.#escape !== "none") return this.#insideEscape(character);
    if (character === "\u001b") {
      this.#escape = "start";
      return "";
    }
    if (character === "\u009b") {
      this.#escape = "sequence";
      return "";
    }
    if (character === "\t") return character;
    if (/[\u0085\u2028\u2029\v\f]/.test(character)) return "\n";
    // Control and format characters: invisible, and some reorder the text around them (bidirectional overrides).
    return /\p{C}/u.test(character) && !/\p{Co}|\p{Cn}|\u200d/u.test(character) ? "" : character;
  }

  #insideEscape(character: string): string {
    if (this.#escape === "start") {
      if (character === "[") this.#escape = "sequence";
      else if (/[\]PX^_]/.test(character)) this.#escape = "string";
      else if (!/[ -/]/.test(character)) this.#escape = "none";
      return "";
    }
    if (this.#escape === "sequence") {
      if (/[0-?]|[ -/]/.test(character)) return "";
      this.#escape = "none";
      return /[@-~]/.test(character) ? "" : this.#keep(character);
    }
    if (character === "\u0007" || character === "\u009c") this.#escape = "none";
    if (character === "\u001b") this.#escape = "start";
    return "";
  }
}

function heldBack(text: string): number {
  return markerStart.exec(text.slice(-5))?.[0].length ?? 0;
}

/** A stream of bytes from outside that ends in the log. Its output always ends with a line break. */
export class OutsideTextStream extends Transform {
  readonly #decoder = new StringDecoder("utf8");
  readonly #filter = new OutsideText();
  #atLineStart = true;

  override _transform(chunk: Buffer | string, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.#emit(this.#filter.push(typeof chunk === "string" ? chunk : this.#decoder.write(chunk)));
    callback();
  }

  override _flush(callback: TransformCallback): void {
    this.#emit(this.#filter.push(this.#decoder.end()) + this.#filter.flush());
    if (!this.#atLineStart) this.push("\n");
    callback();
  }

  #emit(text: string): void {
    if (text === "") return;
    this.#atLineStart = text.endsWith("\n");
    this.push(text);
  }
}
