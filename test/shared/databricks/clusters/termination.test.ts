import assert from "node:assert/strict";
import { describeTermination, terminationHint } from "../../../../shared/databricks/clusters/termination.ts";

describe("the termination of a cluster", () => {
  it("the termination of a cluster is described by its code, type and messages, but not by ids", () => {
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
    ["INSTANCE_POOL_MAX_CAPACITY_REACHED", /raise the pool's maximum capacity, or run fewer pipelines/],
    ["INSTANCE_POOL_NOT_FOUND", /check instance_pool_id/],
    ["INSTANCE_POOL_CLUSTER_FAILURE", /see the page of the instance pool/],
    ["AZURE_QUOTA_EXCEEDED_EXCEPTION", /ask for more cores/],
    ["AZURE_VNET_CONFIGURATION_FAILURE", /virtual network/],
    ["AZURE_OPERATION_NOT_ALLOWED_EXCEPTION", /subscription's quota and policies/],
    ["CLOUD_PROVIDER_RESOURCE_STOCKOUT", /no machines of this type/],
    ["CLOUD_PROVIDER_RESOURCE_STOCKOUT_DUE_TO_MISCONFIG", /no machines of this type/],
    ["CLOUD_PROVIDER_LAUNCH_FAILURE", /a quota or a policy that kept the machines from starting/],
    ["CLOUD_PROVIDER_SHUTDOWN", /use on-demand instead of spot instances/],
    ["SPOT_INSTANCE_TERMINATION", /use on-demand instead of spot instances/],
    ["INIT_SCRIPT_FAILURE", /read the init script's log/],
    ["GLOBAL_INIT_SCRIPT_FAILURE", /read the init script's log/],
    [
      "SECRET_RESOLUTION_ERROR",
      /each \{\{secrets\/scope\/key\}\} .*exist in this workspace.*has READ on the scope$/,
    ],
    ["INVALID_ARGUMENT", /correct the field of the cluster config/],
    ["DRIVER_UNREACHABLE", /try again; if that does not help, use a larger driver/],
    ["DRIVER_UNRESPONSIVE", /^use a larger driver/],
    ["BOOTSTRAP_TIMEOUT", /machines can reach the control plane/],
    ["BOOTSTRAP_TIMEOUT_CLOUD_PROVIDER_EXCEPTION", /machines can reach the control plane/],
    ["NETWORK_CONFIGURATION_FAILURE", /check the workspace's network rules/],
    ["INACTIVITY", /raise autotermination_minutes/],
    ["USER_REQUEST", /who terminated it/],
    ["SOMETHING_NEW", /^see the cluster's event log$/],
    ["INVALID_ARGUMENT_OF_SOMETHING_ELSE", /^see the cluster's event log$/],
    ["INIT_SCRIPT_FAILURE_NEW", /^see the cluster's event log$/],
    ["MY_BOOTSTRAP_TIMEOUT", /^see the cluster's event log$/],
  ];
  for (const [code, hint] of cases)
    it(`gives a hint for the cluster termination ${code}`, () =>
      assert.match(terminationHint({ code }), hint));

  it("the termination of a cluster is described by those of its code, type and messages that exist", () => {
    assert.equal(describeTermination({ code: "A" }), "A");
    assert.equal(describeTermination({ code: "A", type: "SUCCESS", parameters: {} }), "A, SUCCESS");
    const parameters = {
      databricks_error_message: " first. ",
      viewable_reason: "second",
      username: "someone",
    };
    assert.equal(describeTermination({ code: "A", parameters }), "A: first; second");
  });

  it("the termination of a cluster has a description and a hint even if Databricks gave no reason", () => {
    assert.equal(describeTermination(undefined), "Databricks gave no reason");
    assert.match(terminationHint(undefined), /event log/);
  });
});
