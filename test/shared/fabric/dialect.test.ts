import assert from "node:assert/strict";
import { RequestError } from "../../../shared/http/errors.ts";
import { scriptedFabric } from "./fabric-server.ts";

async function refusal(status: number, body: object): Promise<RequestError> {
  await using server = await scriptedFabric({ status, body });
  const error = await server.fabric.workspaces.get("4b218778-e7a5-4d73-8187-f10824047715").then(
    () => undefined,
    (each: unknown) => each,
  );
  assert.ok(error instanceof RequestError, String(error));
  return error;
}

describe("errors of Fabric", () => {
  // https://learn.microsoft.com/rest/api/fabric/core/items/create-item and the pages of the other operations
  for (const [status, errorCode, kind] of [
    [404, "WorkspaceNotFound", "notFound"],
    [400, "ItemNotFound", "notFound"],
    [400, "ItemDisplayNameAlreadyInUse", "conflict"],
    [400, "InsufficientPrivileges", "forbidden"],
    [403, "MissingMinimalPermissions", "forbidden"],
    [401, "TokenExpired", "unauthorized"],
    [400, "CorruptedPayload", "invalid"],
    [400, "SomethingNew", "invalid"],
  ] as const)
    it(`an error of Fabric of status ${status} and code ${errorCode} is ${kind}`, async () => {
      const error = await refusal(status, { errorCode, message: "no", requestId: "r" });
      assert.deepEqual([error.kind, error.errorCode], [kind, errorCode]);
    });

  it("an error of Fabric has its message, its details and the id of the request, with which Microsoft finds it", async () => {
    const body = {
      errorCode: "CorruptedPayload",
      message: "The payload is corrupted.",
      requestId: "cf0f1ec2-45b0-4b8e-9f43-4c3a1fc50a5c",
      moreDetails: [{ errorCode: "Part", message: "Part 2 is no base64." }],
    };
    assert.match(
      (await refusal(400, body)).message,
      /^Could not look up the Fabric workspace 4b21\S+: localhost:\d+ answered 400 CorruptedPayload: The payload is corrupted\. Part 2 is no base64\. \(request cf0f1ec2-45b0-4b8e-9f43-4c3a1fc50a5c\); correct what the message names\.$/,
    );
  });

  it("advises on a token of the wrong tenant", async () => {
    const { message } = await refusal(401, { errorCode: "InvalidToken", message: "The token is invalid." });
    assert.match(
      message,
      /; check that the service connection's application is in the tenant of the Fabric workspace, and/,
    );
  });

  it("advises on a missing role", async () => {
    const { message } = await refusal(403, { errorCode: "InsufficientPrivileges", message: "no" });
    assert.match(
      message,
      /; give the service connection's application the role Contributor in the workspace/,
    );
  });

  it("advises on a paused capacity", async () => {
    const { message } = await refusal(400, {
      errorCode: "CapacityNotActive",
      message: "The capacity is paused.",
    });
    assert.match(
      message,
      /; resume the capacity of the workspace, or assign the workspace to another one\.$/,
    );
  });
});
