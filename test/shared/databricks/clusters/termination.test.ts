import assert from "node:assert/strict";
import { describeTermination, terminationHint } from "../../../../shared/databricks/clusters/termination.ts";

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

  // https://learn.microsoft.com/azure/databricks/kb/clusters/termination-reasons and the TerminationCode of the Clusters API
  const cases: [code: string, hint: RegExp][] = [
    ["INSTANCE_POOL_MAX_CAPACITY_REACHED", /raise the pool's maximum capacity, or let fewer pipelines run/],
    ["INSTANCE_POOL_NOT_FOUND", /check instance_pool_id/],
    ["INSTANCE_POOL_CLUSTER_FAILURE", /look at the pool's own page/],
    ["AZURE_QUOTA_EXCEEDED_EXCEPTION", /ask for more cores/],
    ["AZURE_VNET_CONFIGURATION_FAILURE", /virtual network/],
    ["AZURE_OPERATION_NOT_ALLOWED_EXCEPTION", /subscription's quota and policies/],
    ["CLOUD_PROVIDER_RESOURCE_STOCKOUT", /no machines of this type/],
    ["CLOUD_PROVIDER_RESOURCE_STOCKOUT_DUE_TO_MISCONFIG", /no machines of this type/],
    ["CLOUD_PROVIDER_LAUNCH_FAILURE", /the cloud did not start the machines/],
    ["CLOUD_PROVIDER_SHUTDOWN", /took the machines away: use on-demand/],
    ["SPOT_INSTANCE_TERMINATION", /spot machines away/],
    ["INIT_SCRIPT_FAILURE", /read the init script's log/],
    ["GLOBAL_INIT_SCRIPT_FAILURE", /read the init script's log/],
    ["INVALID_ARGUMENT", /correct the cluster config/],
    ["DRIVER_UNREACHABLE", /try again; if it stays, use a larger driver/],
    ["DRIVER_UNRESPONSIVE", /^use a larger driver/],
    ["BOOTSTRAP_TIMEOUT", /machines reach the control plane/],
    ["BOOTSTRAP_TIMEOUT_CLOUD_PROVIDER_EXCEPTION", /machines reach the control plane/],
    ["NETWORK_CONFIGURATION_FAILURE", /check the workspace's network rules/],
    ["INACTIVITY", /raise autotermination_minutes/],
    ["USER_REQUEST", /somebody terminated it/],
    ["SOMETHING_NEW", /^see the cluster's event log$/],
    ["INVALID_ARGUMENT_OF_SOMETHING_ELSE", /^see the cluster's event log$/],
    ["INIT_SCRIPT_FAILURE_NEW", /^see the cluster's event log$/],
    ["MY_BOOTSTRAP_TIMEOUT", /^see the cluster's event log$/],
  ];
  for (const [code, hint] of cases)
    it(`says what to do about ${code}`, () => assert.match(terminationHint({ code }), hint));

  it("gives what there is of code, type and texts", () => {
    assert.equal(describeTermination({ code: "A" }), "A");
    assert.equal(describeTermination({ code: "A", type: "SUCCESS", parameters: {} }), "A, SUCCESS");
    const parameters = {
      databricks_error_message: " first. ",
      viewable_reason: "second",
      username: "someone",
    };
    assert.equal(describeTermination({ code: "A", parameters }), "A: first; second");
  });

  it("has something to say where no reason came", () => {
    assert.equal(describeTermination(undefined), "no reason given");
    assert.match(terminationHint(undefined), /event log/);
  });
});
