import { StringDecoder } from "node:string_decoder";

/** A longer line is split, so that output without line breaks cannot fill the memory. */
const maxLineCharacters = 1_000_000;

/** Splits a stream's chunks into lines at CR, LF or CRLF, wherever the chunks break. */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  #rest: string[] = [];
  #restLength = 0;
  #afterReturn = false;

  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(chunk: Buffer): void {
    this.#feed(this.#decoder.write(chunk));
  }

  end(): void {
    this.#feed(this.#decoder.end());
    if (this.#restLength > 0) this.#emit("");
  }

  #feed(decoded: string): void {
    if (decoded === "") return;
    const text = this.#afterReturn && decoded.startsWith("\n") ? decoded.slice(1) : decoded;
    this.#afterReturn = decoded.endsWith("\r");
    const lines = text.split(/\r\n|\r|\n/);
    const last = lines.pop() ?? "";
    for (const line of lines) this.#emit(line);
    this.#keep(last);
  }

  #keep(text: string): void {
    if (text === "") return;
    this.#rest.push(text);
    this.#restLength += text.length;
    if (this.#restLength >= maxLineCharacters) this.#emit("");
  }

  #emit(end: string): void {
    const line = this.#restLength === 0 ? end : this.#rest.join("") + end;
    this.#rest = [];
    this.#restLength = 0;
    this.#onLine(line);
  }
}
