import assert from "node:assert/strict";
import { parseParameters } from "../../../shared/notebook/parameters.ts";

describe("parameters input", () => {
  it("the parameters input reads lines, with everything after the first = as the value", () =>
    assert.deepEqual(parseParameters("package_version=1.0.0\n\n# why\nquery = a=b "), {
      package_version: "1.0.0",
      query: "a=b",
    }));

  it("the parameters input reads a JSON object, with its values as text as widgets have it", () =>
    assert.deepEqual(parseParameters('{"version": "1.0", "rows": 5, "on": true, "list": [1]}'), {
      version: "1.0",
      rows: "5",
      on: "true",
      list: "[1]",
    }));

  it("the parameters input returns no parameters for an empty input", () =>
    assert.deepEqual(parseParameters(undefined), {}));

  it("the parameters input refuses broken JSON and says so", () =>
    assert.throws(
      () => parseParameters('{"a": }'),
      /they begin with "\{" but are not valid JSON .*; correct/,
    ));

  it("the parameters input refuses a line without =, and names it", () =>
    assert.throws(() => parseParameters("a=1\nlonely"), /the line "lonely" is neither JSON nor name=value/));

  it("the parameters input counts bytes, not characters, against the limit of runs/submit, 1 MB", () => {
    const mebibyte = 1024 * 1024; // docs.databricks.com/api/azure/workspace/jobs/submit, base_parameters
    const around = Buffer.byteLength('{"a":""}');
    parseParameters(`a=${"x".repeat(mebibyte - around)}`);
    assert.throws(
      () => parseParameters(`a=${"é".repeat(mebibyte / 2)}`),
      /: they are 1048584 bytes as JSON, and Databricks allows 1048576 \(1 MB\); pass long values in a file/,
    );
  });
});
