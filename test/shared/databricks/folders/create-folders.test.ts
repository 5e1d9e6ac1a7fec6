import assert from "node:assert/strict";
import { folderRounds } from "../../../../shared/databricks/folders/create-folders.ts";

describe("the rounds in which folders are created", () => {
  it("the rounds of folders create a folder before what is in it, and leave the parents of a single folder to its request", () => {
    assert.deepEqual(
      folderRounds("/t/up", ["/t/up/a/x", "/t/up/a/y", "/t/up/b/p/q", "/t/up/b/p/r", "/t/up/c/d"]),
      [
        ["/t/up"],
        ["/t/up/a", "/t/up/b/p", "/t/up/c/d"],
        ["/t/up/a/x", "/t/up/a/y", "/t/up/b/p/q", "/t/up/b/p/r"],
      ],
    );
  });

  it("the rounds of folders are one request for folders that are all above the deepest one", () => {
    assert.deepEqual(folderRounds("/t", ["/t", "/t/a", "/t/a/b"]), [["/t/a/b"]]);
  });

  it("the rounds of folders are one request for the target if all files are in it", () => {
    assert.deepEqual(folderRounds("/t", ["/t", "/t"]), [["/t"]]);
    assert.deepEqual(folderRounds("/t", []), [["/t"]]);
  });
});
