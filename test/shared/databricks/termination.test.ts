import assert from "node:assert/strict";
import { describeTermination, terminationHint } from "../../../shared/databricks/termination.ts";

describe("termination of a cluster", () => {
  it("gives code, type and every message, but not the ids beside them", () => {
    const text = describeTermination({
      code: "CLOUD_PROVIDER_LAUNCH_FAILURE",
      type: "CLOUD_FAILURE",
      parameters: {
        azure_error_code: "SkuNotAvailable",
        azure_error_message: "The requested size is not available.",
        instance_id: "i-1",
      },
    });
    assert.equal(
      text,
      "CLOUD_PROVIDER_LAUNCH_FAILURE, CLOUD_FAILURE: SkuNotAvailable; The requested size is not available",
    );
  });

  const cases: [code: string, hint: RegExp][] = [
    ["AZURE_QUOTA_EXCEEDED_EXCEPTION", /more cores/],
    ["INSTANCE_POOL_MAX_CAPACITY_REACHED", /maximum capacity/],
    ["INIT_SCRIPT_FAILURE", /init script/],
    ["GLOBAL_INIT_SCRIPT_FAILURE", /init script/],
    ["CLOUD_PROVIDER_RESOURCE_STOCKOUT_DUE_TO_MISCONFIG", /no machines of this type/],
    ["SOMETHING_NEW", /event log/],
  ];
  for (const [code, hint] of cases)
    it(`says what to do about ${code}`, () => assert.match(terminationHint({ code }), hint));

  it("has something to say where no reason came", () => {
    assert.equal(describeTermination(undefined), "no reason given");
    assert.match(terminationHint(undefined), /event log/);
  });
});
