import assert from "node:assert/strict";
import { planSync } from "../../../../shared/fabric/onelake/plan-sync.ts";

/** Plans with paths alone: one that ends with a slash is a folder, one that contains "keep" is excluded. */
function plan(local: string[], remote: string[]) {
  const result = planSync(
    local.map((path) => ({ path, source: `/project/${path}`, bytes: 1 })),
    remote.map((path) => ({
      path: path.replace(/\/$/, ""),
      isFolder: path.endsWith("/"),
      bytes: 1,
      modifiedOn: new Date(0),
    })),
    (path) => path.includes("keep"),
  );
  return {
    compared: result.files.filter((file) => file.remote !== undefined).map((file) => file.local.path),
    added: result.files.filter((file) => file.remote === undefined).map((file) => file.local.path),
    inTheWay: result.inTheWay,
    gone: result.gone,
    kept: [...result.kept].sort(),
  };
}
const nothing = { compared: [], added: [], inTheWay: [], gone: [], kept: [] };

describe("the plan of a sync with OneLake", () => {
  for (const [title, local, remote, expected] of [
    ["adds what OneLake does not have", ["a", "b/c"], [], { added: ["a", "b/c"] }],
    ["compares what both have", ["a", "b/c"], ["a", "b/", "b/c"], { compared: ["a", "b/c"] }],
    ["deletes a file that is gone", ["b/c"], ["b/", "b/c", "b/d"], { compared: ["b/c"], gone: ["b/d"] }],
    [
      "deletes a folder that is gone as a whole",
      ["a"],
      ["a", "b/", "b/c/", "b/c/d", "b/e"],
      { compared: ["a"], gone: ["b"] },
    ],
    ["deletes a folder that the list leaves out", [], ["b/c/d", "b/e"], { gone: ["b"] }],
    ["deletes an empty folder", ["a/b"], ["a/b", "a/empty/"], { compared: ["a/b"], gone: ["a/empty"] }],
    [
      "keeps what is excluded, and deletes what is beside it",
      [],
      ["b/", "b/keep", "b/c/", "b/c/d", "e"],
      { gone: ["b/c", "e"], kept: ["b"] },
    ],
    ["keeps an excluded folder", [], ["b/", "b/keep/"], { kept: ["b", "b/keep"] }],
    ["tells names apart by case", ["A"], ["a"], { added: ["A"], gone: ["a"] }],
    [
      "tells names apart by Unicode normalisation",
      ["\u00e9"],
      ["e\u0301"],
      { added: ["\u00e9"], gone: ["e\u0301"] },
    ],
    ["finds a folder where a file must be", ["a"], ["a/", "a/b", "a/c/d"], { added: ["a"], inTheWay: ["a"] }],
    [
      "finds a folder that the list leaves out where a file must be",
      ["a"],
      ["a/c/d"],
      { added: ["a"], inTheWay: ["a"] },
    ],
    ["finds a file where a folder must be", ["a/b/c"], ["a"], { added: ["a/b/c"], inTheWay: ["a"] }],
  ] as const)
    it(`the plan of a sync ${title}`, () => {
      assert.deepEqual(plan([...local], [...remote]), { ...nothing, ...expected });
    });
});
