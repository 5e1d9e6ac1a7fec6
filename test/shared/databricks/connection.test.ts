import assert from "node:assert/strict";
import { workspaceUrl } from "../../../shared/databricks/connection.ts";

describe("workspace URLs", () => {
  const own = "https://adb-1.7.azuredatabricks.net";
  for (const pasted of [own, `${own}/`, "adb-1.7.azuredatabricks.net", `${own}/?o=1#job/2`, `${own}/browse`])
    it(`a workspace URL may be ${pasted}`, () => assert.equal(workspaceUrl(pasted), own));

  it("a workspace URL keeps the port, as of a local workspace", () =>
    assert.equal(workspaceUrl("https://localhost:8443/"), "https://localhost:8443"));

  it("a workspace URL keeps the scheme http, which the host policy refuses", () =>
    assert.equal(workspaceUrl("http://adb-1.7.azuredatabricks.net"), "http://adb-1.7.azuredatabricks.net"));

  for (const wrong of ["", "https://", "not an address"])
    it(`a workspace URL is refused with an example if it is "${wrong}"`, () =>
      assert.throws(() => workspaceUrl(wrong), /: it is not an address; give it .*https:\/\/adb-/));

  it("a workspace URL is refused if it contains a user name, which the error does not repeat", () =>
    assert.throws(
      () => workspaceUrl("https://dapi123@adb-1.7.azuredatabricks.net"),
      (error: Error) =>
        /: it contains a user name; /.test(error.message) && !error.message.includes("dapi123"),
    ));
});
