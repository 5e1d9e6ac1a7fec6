import { Writable } from "node:stream";

/**
 * Standard output with its lines kept apart: our text never continues a line that text from outside has begun, as the two together
 * could make a logging command.
 */
export class LineWriter {
  readonly #write: (text: string, done?: () => void) => void;
  #atLineStart = true;

  constructor(write: (text: string, done?: () => void) => void) {
    this.#write = write;
  }

  line(text: string): void {
    this.#write(`${this.#atLineStart ? "" : "\n"}${text}\n`);
    this.#atLineStart = true;
  }

  piece(text: string, done?: () => void): void {
    this.#write(text, done);
    if (text !== "") this.#atLineStart = text.endsWith("\n");
  }

  /** A stream for whole lines, with their line breaks. */
  lines(): Writable {
    return new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        this.line(String(chunk).replace(/\r?\n$/, ""));
        done();
      },
    });
  }

  /** A stream for text in pieces. */
  pieces(): Writable {
    return new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => this.piece(String(chunk), done),
    });
  }
}
