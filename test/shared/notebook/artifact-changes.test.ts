import assert from "node:assert/strict";
import { changesBetween } from "../../../shared/notebook/artifact/changes.ts";

const version = (files: Record<string, string>) => ({
  files: Object.entries(files).map(([path, sha256]) => ({ path, sha256, size: 1 })),
});

describe("the changes between two versions of an artifact", () => {
  it("the changes between two versions of an artifact name the files that were added, changed and removed, sorted", () => {
    const before = version({ "z.py": "1", "same.py": "2", "edited.py": "3", "a.py": "4" });
    const after = version({ "same.py": "2", "edited.py": "5", "new.py": "6", "also.py": "7" });
    assert.deepEqual(changesBetween(before, after), {
      added: ["also.py", "new.py"],
      changed: ["edited.py"],
      removed: ["a.py", "z.py"],
    });
  });

  it("the changes between two versions of an artifact show a renamed file as removed and added", () => {
    assert.deepEqual(changesBetween(version({ "a.py": "1" }), version({ "b.py": "1" })), {
      added: ["b.py"],
      changed: [],
      removed: ["a.py"],
    });
  });
});
