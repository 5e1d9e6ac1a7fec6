import assert from "node:assert/strict";
import { DatabricksHttpClient } from "../../../shared/databricks/http-client.ts";
import { RequestError } from "../../../shared/http/errors.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { faultyServer, json } from "../http/faulty-server.ts";

/** The error message of a request that is refused with this message. */
async function refusal(status: number, message: string): Promise<string> {
  await using server = await faultyServer(json(status, { message }));
  const client = new DatabricksHttpClient({
    baseUrl: server.url,
    hosts: new HostPolicy("databricks", server.host),
    network: server.network,
  });
  const error = await client
    .json({ method: "GET", path: "/", attempted: "list clusters" })
    .catch((each) => each);
  assert.ok(error instanceof RequestError, String(error));
  return error.message;
}

const freshToken = /; check that the token was made for this workspace and has not expired/;
const addPrincipal = /; add the service principal to the workspace/;
const permission = /; give the identity that runs this pipeline the permission/;

// The messages are from issues of the databricks-sdk repositories.
describe("the advice of an error from Databricks", () => {
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
  ] as const)
    it(`depends on the message: ${status} ${message}`, async () => {
      assert.match(await refusal(status, message), advice);
    });
});
