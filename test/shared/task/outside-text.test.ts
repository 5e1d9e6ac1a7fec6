import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { LineWriter } from "../../../shared/task/line-writer.ts";
import { OutsideTextStream, sanitise } from "../../../shared/task/outside-text.ts";
import { holdsCommand, hostileTexts } from "../../fixtures/hostile-text.ts";

describe("sanitise", () => {
  for (const { name, text } of hostileTexts) {
    it(`text from outside is harmless with a command: ${name}`, () => {
      assert(!holdsCommand(sanitise(text)), JSON.stringify(sanitise(text)));
    });

    it(`text from outside is harmless and the same in chunks of one to seven bytes, with a command: ${name}`, async () => {
      const whole = sanitise(text);
      const bytes = Buffer.from(text);
      for (let size = 1; size <= 7; size++) {
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        assert.equal(await printed(chunks), whole.endsWith("\n") ? whole : `${whole}\n`, `chunks of ${size}`);
      }
    });
  }

  it("text from outside stays as it is if nothing in it is harmful", () => {
    const text = "accuracy: 0.93\n\tλ ∑ 日本 🙂 👩‍🔬 [x] # ## heading\n#1";
    assert.equal(sanitise(text), text);
  });

  for (const [name, sequence] of [
    ["a colour", "\u001b[1;31m"],
    ["a colour by a one-byte CSI", "\u009b1;31m"],
    ["a cursor form, with a space in its sequence", "\u001b[2 q"],
    ["a title that ends by BEL", "\u001b]0;title\u0007"],
    ["a title that ends by ST", "\u001b]0;title\u001b\\"],
    ["a title that ends by a one-byte ST", "\u001b]0;title\u009c"],
    ["a device control string", "\u001bPq#0;2;0;0;0\u001b\\"],
    ["a character set", "\u001b(B"],
    ["a saved cursor", "\u001b7"],
  ] as const)
    it(`removes ${name} from outside text, and keeps the text around it`, () => {
      assert.equal(sanitise(`before ${sequence}after`), "before after");
    });

  it("keeps the outside text that follows an escape sequence that never ends", () => {
    assert.equal(sanitise("a\u001b[31é b"), "aé b");
    assert.equal(sanitise("a\u001b]0;title\nb"), "a\nb");
  });

  it("text from outside gets a line break for each character that ends a line somewhere", () => {
    assert.equal(sanitise("a\u0085b\u2028c\u2029d\ve\ff"), "a\nb\nc\nd\ne\nf");
  });

  it("text from outside gets one line break for CR, LF and CRLF, also if a chunk ends between them", async () => {
    assert.equal(await printed(["a\r", "\nb\rc\r\nd\n\ne"]), "a\nb\nc\nd\n\ne\n");
  });

  it("text from outside is decoded correctly if a chunk ends inside a character", async () => {
    const bytes = Buffer.from("ä🙂##vso[x]", "utf8");
    const each = Array.from(bytes, (byte) => Buffer.from([byte]));
    assert.equal(await printed(each), "ä🙂##_vso[x]\n");
  });

  it("text from outside passes through as it comes, so that a line of 10 MB is not kept in memory", async () => {
    const stream = new OutsideTextStream();
    const chunk = "#".repeat(64 * 1024);
    let length = 0;
    let largest = 0;
    stream.on("data", (data: Buffer) => {
      length += data.length;
      largest = Math.max(largest, data.length);
    });
    for (let i = 0; i < 160; i++)
      if (!stream.write(chunk)) await new Promise((resolve) => stream.once("drain", resolve));
    stream.end();
    await new Promise((resolve) => stream.once("end", resolve));
    assert.equal(length, 160 * 64 * 1024 + 1); // and a line break
    assert(largest <= chunk.length + 8, `kept ${largest} bytes`);
  });
});

describe("standard output", () => {
  it("standard output begins a new line for our own text if text from outside has left one unfinished", () => {
    const written: string[] = [];
    const output = new LineWriter((text) => void written.push(text));
    output.piece("##vso");
    output.line("[task.complete result=Succeeded]");
    output.line("done");
    assert.equal(written.join(""), "##vso\n[task.complete result=Succeeded]\ndone\n");
  });
});

/** What a stream of these chunks prints. It always ends with a line break. */
async function printed(chunks: readonly (string | Buffer)[]): Promise<string> {
  const stream = Readable.from(chunks, { objectMode: false }).pipe(new OutsideTextStream());
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}
