import assert from "node:assert/strict";
import { parseLoggingCommand } from "../../local/agent/commands/logging-command.ts";
import { LineSplitter } from "../../local/agent/process/line-splitter.ts";

describe("parseLoggingCommand", () => {
  it("parseLoggingCommand finds the first logging command of a line, at any position and without case", () => {
    assert.deepEqual(
      parseLoggingCommand("text ##VSO[Task.setVariable variable=A]x ##vso[task.complete result=Failed]"),
      {
        area: "task",
        event: "setvariable",
        properties: { variable: "A" },
        data: "x ##vso[task.complete result=Failed]",
      },
    );
  });

  it("parseLoggingCommand reads properties up to the first ], split at ; and the first =", () => {
    assert.deepEqual(parseLoggingCommand("##vso[a.b k=v=w; Other =1;flag]da]ta")?.properties, {
      k: "v=w",
      other: "1",
    });
  });

  it("parseLoggingCommand decodes %AZP25 last, and %25 not at all", () => {
    const command = parseLoggingCommand("##vso[a.b k=%3B%5D%0D%0A%AZP253B]x%3B%0Ay%AZP250A%25");
    assert.equal(command?.properties.k, ";]\r\n%3B");
    assert.equal(command?.data, "x%3B\ny%0A%25");
  });

  for (const text of [
    "##vso",
    "##vso[task]x",
    "##vso[task.a.b]x",
    "##vso[task.debug x",
    "##[error]x",
    "##_vso[task.debug]x",
  ])
    it(`parseLoggingCommand finds no logging command in ${text}`, () =>
      assert.equal(parseLoggingCommand(text), undefined));
});

describe("LineSplitter", () => {
  const linesOf = (...chunks: (string | Buffer)[]) => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const chunk of chunks) splitter.write(Buffer.from(chunk as string));
    splitter.end();
    return lines;
  };

  it("LineSplitter splits lines at CR, LF and CRLF, wherever chunks end", () => {
    assert.deepEqual(linesOf("a\rb\r", "\nc\n", "\nd"), ["a", "b", "c", "", "d"]);
    assert.deepEqual(linesOf("##v", "so[task.debug]", "x\r\n"), ["##vso[task.debug]x"]);
  });

  it("LineSplitter joins the bytes of a character that come in two chunks", () => {
    const bytes = Buffer.from("grün\n");
    assert.deepEqual(linesOf(bytes.subarray(0, 3), bytes.subarray(3)), ["grün"]);
  });

  it("LineSplitter splits a very long line, so that memory stays bounded", () => {
    const lines = linesOf(...Array.from({ length: 5 }, () => "x".repeat(700_000)));
    assert.equal(lines.join("").length, 3_500_000);
    assert(Math.max(...lines.map((line) => line.length)) <= 1_700_000);
  });
});
