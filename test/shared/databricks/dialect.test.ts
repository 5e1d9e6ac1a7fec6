import assert from "node:assert/strict";
import { databricksDialect } from "../../../shared/databricks/dialect.ts";
import { HttpClient } from "../../../shared/http/client.ts";
import { RequestError } from "../../../shared/http/errors.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { faultyServer, json } from "../http/faulty-server.ts";

async function refusal(status: number, body: object): Promise<RequestError> {
  await using server = await faultyServer(json(status, body));
  const client = new HttpClient({
    dialect: databricksDialect,
    baseUrl: server.url,
    hosts: new HostPolicy("databricks", server.host),
    network: server.network,
  });
  const error = await client
    .json({ method: "GET", path: "/", attempted: "list clusters" })
    .catch((each) => each);
  assert.ok(error instanceof RequestError, String(error));
  return error;
}

const freshToken = /; check that the token was made for this workspace and has not expired/;
const addPrincipal = /; add the service principal to the workspace/;
const permission = /; give the identity that runs this pipeline the permission/;

// Messages as they stand in issues of the databricks-sdk repositories.
describe("the advice about a refusal of Databricks", () => {
  for (const [status, message, advice] of [
    [401, "Credential was not sent or was of an unsupported type for this API.", freshToken],
    [403, "Invalid access token.", freshToken],
    [403, "Invalid Token", freshToken],
    [403, "Unauthorized access to Org: 42, credential rejected", freshToken],
    [403, "This principal is not authorized in this workspace", addPrincipal],
    [403, "User is not a member of this account", addPrincipal],
    [403, "Unknown user 1b2c", addPrincipal],
    [403, "You have no access to this workspace", addPrincipal],
    [403, "You do not have permission to attach to pool 1", permission],
    [404, "Cluster 1 does not exist: invalid token or workspace", /; check the name/],
    [
      400,
      "io.jsonwebtoken.IncorrectClaimException: Expected iss claim to be: https://sts.windows.net/11111111-1111-4111-8111-111111111111/, but was: https://sts.windows.net/22222222-2222-4222-8222-222222222222/.",
      /; use a service connection whose application is in the workspace's tenant 11111111-1111-4111-8111-111111111111, because this one is in tenant 22222222-2222-4222-8222-222222222222\.$/,
    ],
  ] as const)
    it(`advises by the message of the Databricks refusal: ${status} ${message}`, async () => {
      assert.match((await refusal(status, { message })).message, advice);
    });
});

describe("errors of Databricks", () => {
  // https://docs.databricks.com/api/azure/workspace/introduction and the SDKs' error mapping
  for (const [code, kind] of [
    ["RESOURCE_DOES_NOT_EXIST", "notFound"],
    ["RESOURCE_ALREADY_EXISTS", "conflict"],
    ["PERMISSION_DENIED", "forbidden"],
    ["MAX_NOTEBOOK_SIZE_EXCEEDED", "tooLarge"],
    ["INVALID_PARAMETER_VALUE", "invalid"],
    ["SOMETHING_NEW", "invalid"],
  ] as const)
    it(`an error of Databricks of status 400 and code ${code} is ${kind}`, async () => {
      const error = await refusal(400, { error_code: code, message: "no" });
      assert.deepEqual([error.kind, error.errorCode], [kind, code]);
    });

  for (const [code, kind] of [
    ["REQUEST_LIMIT_EXCEEDED", "throttled"],
    ["RESOURCE_EXHAUSTED", "throttled"],
    ["TEMPORARILY_UNAVAILABLE", "unavailable"],
  ] as const)
    it(`an error of Databricks of code ${code} is ${kind}`, () => {
      assert.equal(databricksDialect.kindOf?.({ errorCode: code }, 400), kind);
    });

  it("an error of Databricks is notFound if INVALID_PARAMETER_VALUE is about a thing that does not exist", async () => {
    const body = { error_code: "INVALID_PARAMETER_VALUE", message: "Run 7 Does Not Exist." };
    assert.equal((await refusal(400, body)).kind, "notFound");
    const other = { error_code: "BAD_REQUEST", message: "Run 7 does not exist." };
    assert.equal((await refusal(400, other)).kind, "invalid");
  });

  for (const message of ["Cluster 7 does not exist", "Run 7 doesn't exist.", "Run 7 doesn’t exist."])
    it(`an error of Databricks is notFound if INVALID_PARAMETER_VALUE comes with the message ${message}`, () => {
      assert.equal(
        databricksDialect.kindOf?.({ errorCode: "INVALID_PARAMETER_VALUE", message }, 400),
        "notFound",
      );
    });

  // The messages after which databricks-sdk-go and databricks-sdk-py repeat a request.
  for (const [message, kind] of [
    ["GetUserPermissionsRequest RPC token bucket limit has been exceeded.", "throttled"],
    ["com.databricks.backend.manager.util.UnknownWorkerEnvironmentException: 1", "unavailable"],
    ["Workspace 1 does not have any associated worker environments", "unavailable"],
    ["There is no worker environment with id 1", "unavailable"],
    ["Unknown worker environment 1", "unavailable"],
    ["ClusterNotReadyException: 1", "unavailable"],
    ["It took too long. Please try again later or try a faster operation.", "unavailable"],
    ["The RPC token is wrong", undefined],
    ["Please try again", undefined],
  ] as const)
    it(`an error of Databricks is ${kind ?? "of the kind of its status"} by its message: ${message}`, () => {
      assert.equal(databricksDialect.kindOf?.({ errorCode: "BAD_REQUEST", message }, 400), kind);
    });

  for (const [source, body, errorCode, message] of [
    ["its API", { error_code: "A", message: "no" }, "A", "no"],
    ["Azure's gateway", { error: { code: "A", message: "no" } }, "A", "no"],
    ["SCIM", { detail: "no", status: "400" }, undefined, "no"],
    ["OAuth", { error: "invalid_client", error_description: "no" }, undefined, "no"],
    ["an error that is a text", { error: "no" }, undefined, "no"],
    ["an error that is null", { error: null }, undefined, undefined],
    ["a number as code", { error_code: 7, message: "no" }, "7", "no"],
    ["JSON that is not an object", "no", undefined, undefined],
  ] as const)
    it(`an error of Databricks has code and message in the form of ${source}`, () => {
      assert.deepEqual(databricksDialect.readError(body), { errorCode, message });
    });
});
