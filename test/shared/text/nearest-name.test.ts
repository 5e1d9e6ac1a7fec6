import assert from "node:assert/strict";
import { nearestName } from "../../../shared/text/nearest-name.ts";

describe("the known name that a misspelt one means", () => {
  const known = ["serviceConnections", "variableGroups", "Faults"];

  for (const [mistake, written] of [
    ["a letter is missing", "serviceConections"],
    ["a letter is too much", "serviceConnectionss"],
    ["a letter is another one", "serviceConnectionz"],
    ["the first letter is another one", "zerviceConnections"],
    ["two letters are swapped", "serviceConnectiosn"],
    ["the case differs", "SERVICECONNECTIONS"],
    ["a third of the letters differs", "serviceXXXXXXtions"],
  ])
    it(`finds the known name that a misspelt one means if ${mistake}`, () =>
      assert.equal(nearestName(written!, known), "serviceConnections"));

  it("finds the nearest name whatever the case of the known name", () =>
    assert.equal(nearestName("fault", known), "Faults"));

  it("the nearest name is not guessed if more than a third of the letters differ", () =>
    assert.equal(nearestName("serviceXXXXXXXions", known), undefined));

  it("the nearest name may differ by one letter if it is short", () => {
    assert.equal(nearestName("to", ["two"]), "two");
    assert.equal(nearestName("ot", ["two"]), undefined);
  });

  it("takes two swapped letters of a short name for one difference", () =>
    assert.equal(nearestName("claen", ["clean", "claim"]), "clean"));

  it("finds the nearest of the known names, and the first of several that are equally near", () => {
    assert.equal(nearestName("weather1", ["weather234", "weather12", "weather13"]), "weather12");
  });
});
