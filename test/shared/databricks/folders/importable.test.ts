import assert from "node:assert/strict";
import { requireImportable } from "../../../../shared/databricks/folders/importable.ts";
import type { NotebookFile } from "../../../../shared/notebook/notebook-folder.ts";

const tenMegabytes = 10 * 1024 * 1024;
const plain = (path: string, size = 1) =>
  ({ path, size, file: path, format: { kind: "plain" } }) as NotebookFile;
const notebook = (path: string) =>
  ({ ...plain(path), format: { kind: "source", language: "PYTHON" } }) as NotebookFile;

describe("files for a workspace", () => {
  it("may be 10 MB each, have the same name in different folders, and a notebook's name before its extension", () => {
    requireImportable([
      plain("data.csv", tenMegabytes),
      plain("sub/data.csv"),
      notebook("etl.py"),
      plain("etl.txt"),
      notebook("sub/etl.py"),
    ]);
  });

  it("are refused if one is larger, before any is read", () => {
    assert.throws(
      () => requireImportable([plain("small.csv"), plain("large.csv", tenMegabytes + 1)]),
      /^Error: Could not upload large\.csv: it is 10\.0 MB, and a workspace takes at most 10 MB; /,
    );
  });

  for (const [what, files, message] of [
    [
      "two notebooks",
      [notebook("a/etl.py"), notebook("a/etl.sql")],
      /a\/etl\.py and a\/etl\.sql, .* both be a\/etl /,
    ],
    ["a notebook and a file", [plain("etl"), notebook("etl.py")], /etl and etl\.py, .* both be etl /],
    [
      "a notebook and the folder of another file",
      [notebook("jobs/etl.py"), plain("jobs/etl/deep/data.csv")],
      /jobs\/etl\/deep\/data\.csv and jobs\/etl\.py, .* both be jobs\/etl /,
    ],
    ["a notebook and the folder at the root", [plain("etl/data.csv"), notebook("etl.py")], /both be etl /],
  ] as const)
    it(`are refused if ${what} would be one object`, () => {
      assert.throws(() => requireImportable(files), message);
    });
});
