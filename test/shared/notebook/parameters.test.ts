import assert from "node:assert/strict";
import { parseParameters } from "../../../shared/notebook/parameters.ts";

describe("parameters input", () => {
  it("takes lines, where the value is everything behind the first =", () =>
    assert.deepEqual(parseParameters("package_version=1.0.0\n\n# why\nquery = a=b "), {
      package_version: "1.0.0",
      query: "a=b",
    }));

  it("takes a JSON object, whose values become text as widgets are", () =>
    assert.deepEqual(parseParameters('{"version": "1.0", "rows": 5, "on": true, "list": [1]}'), {
      version: "1.0",
      rows: "5",
      on: "true",
      list: "[1]",
    }));

  it("is empty where nothing is given", () => assert.deepEqual(parseParameters(undefined), {}));

  it("says that broken JSON is broken", () =>
    assert.throws(
      () => parseParameters('{"a": }'),
      /as JSON because they begin with "\{", which failed .*; correct/,
    ));

  it("names a line that is neither", () =>
    assert.throws(() => parseParameters("a=1\nlonely"), /the line "lonely" is neither JSON nor name=value/));

  it("counts bytes, not characters, against the limit of 10,000", () => {
    parseParameters(`a=${"x".repeat(9_990)}`);
    assert.throws(() => parseParameters(`a=${"é".repeat(5_000)}`), /10008 bytes .* allows 10000/);
  });
});
