import assert from "node:assert/strict";
import { cutMiddle } from "../../../shared/results/plain-text.ts";

describe("cutMiddle", () => {
  it("leaves a text that is as long as the limit", () => {
    assert.equal(cutMiddle("abcdef", 6), "abcdef");
  });

  it("keeps as much of the end as of the start, and says how much is left out", () => {
    assert.equal(cutMiddle("abcdefg", 6), "abc\n… 1 characters left out …\nefg");
    assert.equal(cutMiddle("abcdefgh", 5), "ab\n… 4 characters left out …\ngh");
  });

  it("leaves out both halves of a character that a cut would divide", () => {
    assert.equal(cutMiddle("ab😀-😀yz", 6), "ab\n… 3 characters left out …\nyz");
  });
});
