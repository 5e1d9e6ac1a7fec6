import assert from "node:assert/strict";
import { requireImportable } from "../../../../shared/databricks/folders/importable.ts";
import type { NotebookFile } from "../../../../shared/notebook/notebook-folder.ts";

const tenMegabytes = 10 * 1024 * 1024;
const plain = (path: string, size = 1) =>
  ({ path, size, file: path, format: { kind: "plain" } }) as NotebookFile;
const notebook = (path: string) =>
  ({ ...plain(path), format: { kind: "source", language: "PYTHON" } }) as NotebookFile;

describe("the files of an upload", () => {
  it("the files of an upload may be 10 MB large, have the same name in different folders, or differ from a notebook in the extension", () => {
    requireImportable([
      plain("data.csv", tenMegabytes),
      plain("sub/data.csv"),
      notebook("etl.py"),
      plain("etl.txt"),
      notebook("sub/etl.py"),
    ]);
  });

  it("the files of an upload are refused if one is larger than 10 MB, before any is read", () => {
    assert.throws(
      () => requireImportable([plain("small.csv"), plain("large.csv", tenMegabytes + 1)]),
      /^Error: Could not upload large\.csv: it is 10\.0 MB, and a workspace accepts at most 10 MB; /,
    );
  });

  for (const [what, files, message] of [
    [
      "two notebooks",
      [notebook("a/etl.py"), notebook("a/etl.sql")],
      /a\/etl\.py and a\/etl\.sql: both would be a\/etl /,
    ],
    ["a notebook and a file", [plain("etl"), notebook("etl.py")], /etl and etl\.py: both would be etl /],
    [
      "a notebook and the folder of another file",
      [notebook("jobs/etl.py"), plain("jobs/etl/deep/data.csv")],
      /jobs\/etl\/deep\/data\.csv and jobs\/etl\.py: both would be jobs\/etl /,
    ],
    [
      "a notebook and the folder at the root",
      [plain("etl/data.csv"), notebook("etl.py")],
      /both would be etl /,
    ],
  ] as const)
    it(`the files of an upload are refused if ${what} would have the same path in the workspace`, () => {
      assert.throws(() => requireImportable(files), message);
    });
});
