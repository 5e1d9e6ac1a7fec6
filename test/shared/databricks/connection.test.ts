import assert from "node:assert/strict";
import { workspaceUrl } from "../../../shared/databricks/connection.ts";

describe("workspace URL", () => {
  const own = "https://adb-1.7.azuredatabricks.net";
  for (const pasted of [own, `${own}/`, "adb-1.7.azuredatabricks.net", `${own}/?o=1#job/2`, `${own}/browse`])
    it(`takes ${pasted}`, () => assert.equal(workspaceUrl(pasted), own));

  it("keeps the port of a local workspace", () =>
    assert.equal(workspaceUrl("https://localhost:8443/"), "https://localhost:8443"));

  it("leaves http as it is, for the host policy to refuse", () =>
    assert.equal(workspaceUrl("http://adb-1.7.azuredatabricks.net"), "http://adb-1.7.azuredatabricks.net"));

  for (const wrong of ["", "https://", "not an address"])
    it(`refuses "${wrong}" and shows the form`, () =>
      assert.throws(() => workspaceUrl(wrong), /is not an address: give it as https:\/\/adb-/));

  it("refuses a user name, without repeating it", () =>
    assert.throws(
      () => workspaceUrl("https://dapi123@adb-1.7.azuredatabricks.net"),
      (error: Error) => /holds a user name/.test(error.message) && !error.message.includes("dapi123"),
    ));
});
