import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { packFiles, unpackFiles } from "../../../shared/deployment/published-files.ts";
import { newRecord } from "../../../shared/deployment/record.ts";
import { formatRecordNotebook, parseRecordNotebook } from "../../../shared/deployment/record-notebook.ts";
import { artifactDigest } from "../../../shared/notebook/artifact/digest.ts";
import { manifestSchema } from "../../../shared/notebook/artifact/manifest.ts";

const sha256 = "a".repeat(64);
const files = [{ path: "etl.py", sha256, size: 1 }];
const digest = artifactDigest(files);
const workspaceFolder = "fabric://5d1e7a52-8d2c-4c0e-9f6b-1a2b3c4d5e6f/weather";
const record = newRecord({
  state: "deployed",
  environment: "qa",
  workspaceFolder,
  artifact: { name: "weather", version: "1.2.3", digest },
  deployedOn: "2026-11-21T19:30:00.000Z",
  buildId: "42",
  objects: [{ path: "etl", file: "etl.py", sha256 }],
});
const published = {
  manifest: {
    schema: manifestSchema,
    name: "weather",
    version: "1.2.3",
    digest,
    files,
    pins: [],
    source: {},
  } as const,
  files: [
    { path: "etl.py", bytes: Buffer.from('text = """\n```notebook-ops-record\n{}\n```\n"""\n') },
    { path: "empty.py", bytes: Buffer.alloc(0) },
  ],
};
const notebook = {
  record,
  published: { ...published, manifest: { ...published.manifest, files: [...files], pins: [] } },
};

describe("the notebook with the record of a deployment in Fabric", () => {
  it("the record notebook is parsed as it was written", () => {
    assert.deepEqual(parseRecordNotebook(formatRecordNotebook(notebook)), notebook);
    assert.deepEqual(parseRecordNotebook(formatRecordNotebook({ record })), { record });
  });

  it("the record notebook is parsed if Fabric has written it in its own way", () => {
    const { format, parts } = formatRecordNotebook(notebook);
    const { cells } = JSON.parse(parts[0]!.content) as { cells: { source: string[] }[] };
    const rewritten = cells.map(({ source }) => ({
      cell_type: "markdown",
      source: source.join("").replaceAll("\n", "\r\n"),
    }));
    const content = JSON.stringify({ cells: rewritten, metadata: { trident: {} } });
    assert.deepEqual(parseRecordNotebook({ format, parts: [{ ...parts[0]!, content }] }), notebook);
  });

  it("a record notebook that somebody has emptied or broken has no record", () => {
    for (const content of ["", "{", "{}", '{"cells":[{"source":"```notebook-ops-record\\n{}\\n```"}]}'])
      assert.equal(
        parseRecordNotebook({ format: "ipynb", parts: [{ path: "notebook-content.ipynb", content }] }),
        undefined,
      );
    assert.equal(parseRecordNotebook({ format: "ipynb", parts: [] }), undefined);
  });
});

describe("published files as a text", () => {
  it("published files are unpacked as they were packed, in lines of a readable length", () => {
    const many = [{ path: "big.py", bytes: Buffer.from(Array.from({ length: 20_000 }, Math.random).join()) }];
    const text = packFiles(many);
    assert.deepEqual(unpackFiles(text), many);
    assert.ok(text.split("\n").every((line) => line.length <= 1_000));
  });

  it("a text that is no list of published files is refused, also one that would fill the memory", () => {
    const gzipped = (value: string | Buffer) => gzipSync(value).toString("base64");
    assert.equal(unpackFiles(""), undefined);
    assert.equal(unpackFiles("text"), undefined);
    assert.equal(unpackFiles(gzipped("{}")), undefined);
    assert.equal(unpackFiles(gzipped('[{"path":"../../etc/passwd","base64":""}]')), undefined);
    assert.equal(unpackFiles(gzipped(Buffer.alloc(257 * 1024 * 1024))), undefined);
  });
});
