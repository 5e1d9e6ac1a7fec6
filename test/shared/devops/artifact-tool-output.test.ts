import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { ArtifactToolOutput } from "../../../shared/devops/artifact-tool-output.ts";

/** What is told of the streams, and the errors in the end. */
async function read(...streams: string[][]): Promise<{ told: string[]; errors: string }> {
  const told: string[] = [];
  const output = new ArtifactToolOutput(
    streams.map((chunks) => Readable.from(chunks)),
    (text) => told.push(text),
  );
  return { errors: await output.errors(), told };
}

describe("ArtifactTool's output", () => {
  it("ArtifactTool's output is relayed message by message, wherever its chunks break, and without the result", async () => {
    const { told, errors } = await read([
      '{"@t":"2026-01-01","@m":"Uploading 3 fi',
      'les"}\n{"@m":"Done","@l":"Information"}\r\n',
      '{"Description":null,"Version":"1.0.0"}\n',
    ]);
    assert.deepEqual(told, ["Uploading 3 files", "Done"]);
    assert.equal(errors, "");
  });

  it("the report on ArtifactTool's output keeps the last three errors of both streams", async () => {
    const line = (level: string, message: string) => `${JSON.stringify({ "@m": message, "@l": level })}\n`;
    const { errors } = await read([
      ...["one", "two", "three"].map((text) => line("Error", text)),
      line("Warning", "slow"),
      line("Critical", "the feed\n  is gone."),
    ]);
    assert.equal(errors, "two three the feed is gone");
  });

  it("takes a line of ArtifactTool's output that is not JSON for an error, as a crash prints", async () => {
    const { told, errors } = await read(["", "\n"], ["Unhandled exception. libicu was not found\n"]);
    assert.deepEqual(told, ["Unhandled exception. libicu was not found"]);
    assert.equal(errors, "Unhandled exception. libicu was not found");
  });

  it("cuts an error in ArtifactTool's output of more than 1000 characters", async () => {
    assert.equal((await read(["x".repeat(5_000)])).errors.length, 1_000);
  });
});
