import assert from "node:assert/strict";
import { clause, couldNot } from "../../../shared/text/could-not.ts";

describe("couldNot", () => {
  it("the message of an error says what was tried, what came back and what to do next", () => {
    assert.equal(
      couldNot("create cluster a", "the pool is full", "try again later"),
      "Could not create cluster a: the pool is full; try again later.",
    );
  });

  it("the message of an error ends after what came back if there is no advice", () => {
    assert.equal(couldNot("read a.json", "it is empty"), "Could not read a.json: it is empty.");
    assert.equal(couldNot("read a.json", "it is empty", "  "), "Could not read a.json: it is empty.");
  });

  it("the message of an error has one full stop, whatever punctuation its parts end with", () => {
    assert.equal(
      couldNot(" read a.json: ", "it is empty.\n", "write it again;"),
      "Could not read a.json: it is empty; write it again.",
    );
  });

  it("the message of an error has no full stop after a question", () => {
    assert.equal(
      couldNot("read a.yml", 'unknown key "nmae"', 'did you mean "name"?'),
      'Could not read a.yml: unknown key "nmae"; did you mean "name"?',
    );
  });

  it("the message of an error takes the whole message of a cause as what came back", () => {
    const cause = couldNot("delete cluster a", "the host cannot be reached", "check the address");
    assert.equal(
      couldNot("clean up", cause),
      "Could not clean up: could not delete cluster a: the host cannot be reached; check the address.",
    );
  });

  it("the message of an error keeps punctuation inside its parts", () => {
    assert.equal(clause("a.b, c: d; e."), "a.b, c: d; e");
    assert.equal(couldNot("read a", "it is cut off…"), "Could not read a: it is cut off…");
  });
});
