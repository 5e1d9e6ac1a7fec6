import assert from "node:assert/strict";
import {
  compareVersions,
  wildcard,
} from "../../../local/emulator/azure-devops/artifacts/universal-version.ts";
import { startEmulator } from "../../../local/emulator/index.ts";

describe("versions of universal packages", () => {
  it("versions of universal packages have the precedence of the example in SemVer 2.0", () => {
    const ascending = [
      ...["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"],
      ...["1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"],
    ];
    assert.deepEqual([...ascending].reverse().sort(compareVersions), ascending);
  });

  it("versions of universal packages match a wildcard in place of their last numbers", () => {
    const matched = (pattern: string) =>
      ["1.2.3", "1.20.0", "2.0.0", "1.2.4-rc"].filter((version) => wildcard(pattern)?.(version));
    assert.deepEqual(matched("*"), ["1.2.3", "1.20.0", "2.0.0"]);
    assert.deepEqual(matched("1.*"), ["1.2.3", "1.20.0"]);
    assert.deepEqual(matched("1.2.*"), ["1.2.3"]);
    for (const none of ["1.2.3.*", "*.1", "1.2*", "01.*", "1.2.3"])
      assert.equal(wildcard(none), undefined, none);
  });
});

describe("feeds of the config", () => {
  it("feeds of the config can belong only to the one project of the organisation", async () => {
    const config = { feeds: ["elsewhere/weather"], spark: { master: "none" } };
    await assert.rejects(
      startEmulator({ config }),
      /^Error: Could not create the feed elsewhere\/weather of the config: .*; write local\/weather, or weather for a feed/,
    );
  });
});
