import assert from "node:assert/strict";
import { checkPackageName, checkPackageVersion, parseFeed } from "../../../shared/devops/package-identity.ts";

describe("the identity of a universal package", () => {
  it("accepts as the feed of a universal package one of the organisation or of a project, also with a view", () => {
    assert.deepEqual(parseFeed("weather"), { name: "weather" });
    assert.deepEqual(parseFeed("My project/weather@Release"), {
      project: "My project",
      name: "weather@Release",
    });
    for (const text of ["", "/", "a/", "/a", "a/b/c", "a?b", "a\\b"])
      assert.throws(() => parseFeed(text), /is not the name of a feed; give feed or project\/feed/, text);
  });

  it("accepts only lower case in the name of a universal package", () => {
    for (const name of ["weather", "weather-model", "a.b_c-d", "1", "a".repeat(255)])
      assert.equal(checkPackageName(name), name);
    for (const name of ["Weather", "a--b", "-a", "a-", "a b", "ä", "a/b", "a".repeat(256)])
      assert.throws(() => checkPackageName(name), /the input 'packageName': /, name);
  });

  it("accepts for a universal package a semantic version that Azure Artifacts accepts", () => {
    for (const version of [
      "1.0.0",
      "0.0.1",
      "1.0.0-rc.1",
      "1.0.0-0.a-b.x7",
      "2147483647.0.0",
      `1.0.0-${"a".repeat(121)}`,
    ])
      assert.equal(checkPackageVersion(version), version);
  });

  const wrong: [version: string, sentence: RegExp][] = [
    ["1", /give it three numbers, 1\.0\.0\.$/],
    ["1.2", /give it three numbers, 1\.2\.0\.$/],
    ["v1.2", /give it three numbers, 1\.2\.0\.$/],
    ["1.0.0+build.5", /leave \+build\.5 out/],
    ["1.0.0-RC.1", /in lower case, 1\.0\.0-rc\.1/],
    ["01.0.0", /a semantic version/],
    ["1.0.0-", /a semantic version/],
    ["1.0.0-01", /a semantic version/],
    ["1.0.0.0", /a semantic version/],
    ["v1.0.0", /a semantic version/],
    ["*", /a semantic version/],
    ["1.0.2147483648", /give it numbers of at most 2147483647/],
    [`1.0.0-${"a".repeat(122)}`, /at most 127 characters/],
  ];
  for (const [version, sentence] of wrong)
    it(`refuses ${version.slice(0, 20)} as the version of a universal package`, () => {
      assert.throws(() => checkPackageVersion(version), sentence);
    });
});
