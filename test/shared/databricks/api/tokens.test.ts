import assert from "node:assert/strict";
import { scriptedWorkspace } from "../scripted-workspace.ts";

const request = { lifetime_seconds: 3_600, comment: "a" };

describe("a token that Databricks creates", () => {
  it("a created token has the expiry time of the answer", async () => {
    await using workspace = await scriptedWorkspace({
      "POST /api/2.0/token/create": [
        { token_value: "x", token_info: { token_id: "1", expiry_time: 1_700_000_000_000 } },
      ],
    });
    const { token_info } = await workspace.databricks.tokens.create(request);
    assert.equal(token_info.expiry_time, 1_700_000_000_000);
  });

  for (const [what, fields] of [
    ["no expiry time", {}],
    ["null as its expiry time", { expiry_time: null }],
  ] as const)
    it(`expires at the end of the requested lifetime if the answer has ${what}`, async () => {
      await using workspace = await scriptedWorkspace({
        "POST /api/2.0/token/create": [{ token_value: "x", token_info: { token_id: "1", ...fields } }],
      });
      const before = Date.now();
      const { token_info } = await workspace.databricks.tokens.create(request);
      assert.ok(
        token_info.expiry_time >= before + 3_600_000 && token_info.expiry_time <= Date.now() + 3_600_000,
      );
    });
});
