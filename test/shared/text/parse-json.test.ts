import assert from "node:assert/strict";
import { parseJson } from "../../../shared/text/parse-json.ts";

describe("JSON that a person wrote", () => {
  it("parses JSON with or without a byte order mark", () => {
    assert.deepEqual(parseJson('{"a": [1, "x", null]}', "it"), { a: [1, "x", null] });
    assert.deepEqual(parseJson("\uFEFF{}", "it"), {});
  });

  it("keeps a byte order mark within a text of JSON", () =>
    assert.deepEqual(parseJson('{"a": "\uFEFF"}', "it"), { a: "\uFEFF" }));

  const wrong: [what: string, text: string, line: number, column: number][] = [
    ["a comma too much", '{\n  "a": 1,\n}', 3, 1],
    ["a comma too little", '{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ["a single quote", "{'a': 1}", 1, 2],
    ["a word", '{"a": [true, yes]}', 1, 14],
    ["an end too early", '{"a": [1, 2', 1, 12],
    ["something after the end", "{}\n}", 2, 1],
    ["a comment", "{\n  // no\n}", 2, 3],
    ["nothing at all", "", 1, 1],
    ["a line break in a text", '{"a": "x\ny"}', 1, 7],
  ];
  for (const [what, text, line, column] of wrong)
    it(`names the place of a mistake in JSON: line ${line}, column ${column} for ${what}`, () =>
      assert.throws(
        () => parseJson(text, "the template"),
        new RegExp(
          `^Error: Could not read the template: it is not valid JSON at line ${line}, column ${column};`,
        ),
      ));
});
