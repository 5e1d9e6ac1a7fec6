import assert from "node:assert/strict";
import { RequestError } from "../../../shared/http/errors.ts";
import { skipWaits } from "../../harness/timers.ts";
import { itemId, type Scripted, scriptedFabric, workspaceId } from "./fabric-server.ts";

const operationId = "0acd697c-1550-43cd-b998-91bfbfbd47c6";
const accepted = (headers: Record<string, string> = { "x-ms-operation-id": operationId }): Scripted => ({
  status: 202,
  headers: { "retry-after": "20", ...headers },
});
const running = { headers: { "retry-after": "5" }, body: { status: "Running", percentComplete: 25 } };
const item = { id: itemId, type: "Notebook", displayName: "etl" };
const notebook = { type: "Notebook", displayName: "etl" } as const;

const isPause = (delayMs: number) => delayMs === 20_000 || delayMs === 5_000;

async function failureOf(work: Promise<unknown>): Promise<RequestError> {
  const error = await work.then(
    () => undefined,
    (each: unknown) => each,
  );
  assert.ok(error instanceof RequestError, String(error));
  return error;
}

// https://learn.microsoft.com/rest/api/fabric/articles/long-running-operation
describe("a long-running operation of Fabric", () => {
  it("is asked for no earlier than Fabric allows, and its result is read at its end", async () => {
    await using server = await scriptedFabric(
      accepted(),
      running,
      { body: { status: "Succeeded" } },
      { body: item },
    );
    using time = skipWaits(isPause);
    assert.deepEqual(await server.fabric.items.create(workspaceId, notebook), item);
    assert.deepEqual(time.waitsMs, [20_000, 5_000]);
    assert.deepEqual(server.asked(), [
      `POST /v1/workspaces/${workspaceId}/items`,
      `GET /v1/operations/${operationId}`,
      `GET /v1/operations/${operationId}`,
      `GET /v1/operations/${operationId}/result`,
    ]);
  });

  it("is asked for at the service itself, whatever host its Location names", async () => {
    const location = `https://attacker.example/v1/operations/${operationId}`;
    await using server = await scriptedFabric(
      accepted({ location }),
      { body: { status: "Succeeded" } },
      { body: item },
    );
    using _time = skipWaits(isPause);
    await server.fabric.items.create(workspaceId, notebook);
    assert.equal(server.asked()[1], `GET /v1/operations/${operationId}`);
  });

  it("is refused if its id is none: it would change which address is asked", async () => {
    await using server = await scriptedFabric(accepted({ "x-ms-operation-id": "../workspaces" }));
    const { kind, message } = await failureOf(server.fabric.items.create(workspaceId, notebook));
    assert.equal(kind, "badAnswer");
    assert.match(message, /^Could not create notebook "etl": localhost:\d+ answered without a valid id; /);
  });

  it("fails with its own error", async () => {
    const error = { errorCode: "CorruptedPayload", message: "Part 1 is no notebook.", requestId: "77" };
    await using server = await scriptedFabric(accepted(), { body: { status: "Failed", error } });
    using _time = skipWaits(isPause);
    assert.match(
      (await failureOf(server.fabric.items.create(workspaceId, notebook))).message,
      /^Could not create notebook "etl": localhost:\d+ ended the operation as Failed, CorruptedPayload: Part 1 is no notebook\. \(request 77\); correct what the message names\.$/,
    );
  });

  it("fails if it ends in a state that is not documented", async () => {
    await using server = await scriptedFabric(accepted(), { body: { status: "PartiallySucceeded" } });
    using _time = skipWaits(isPause);
    const { message } = await failureOf(server.fabric.items.create(workspaceId, notebook));
    assert.match(message, /ended the operation as PartiallySucceeded; /);
  });

  it("that never ends is given up after 10 minutes, and may still take effect", async () => {
    await using server = await scriptedFabric(accepted(), running);
    using _time = skipWaits(isPause);
    const error = await failureOf(server.fabric.items.create(workspaceId, notebook));
    assert.deepEqual([error.kind, error.ambiguous], ["timeout", true]);
    assert.match(
      error.message,
      new RegExp(
        `^Could not create notebook "etl": localhost:\\d+ has not ended operation ${operationId} after 10 min \\(Running\\); `,
      ),
    );
  });

  for (const [what, ...answers] of [
    ["state", { status: 401, body: { errorCode: "InvalidToken", message: "Expired." } }],
    ["state", { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" }],
    [
      "result",
      { body: { status: "Succeeded" } },
      { status: 404, body: { errorCode: "EntityNotFound", message: "" } },
    ],
  ] as [string, ...Scripted[]][])
    it(`whose ${what} cannot be read may still take effect, because Fabric has accepted it`, async () => {
      await using server = await scriptedFabric(accepted(), ...answers);
      using _time = skipWaits(isPause);
      const error = await failureOf(server.fabric.items.create(workspaceId, notebook));
      assert.equal(error.ambiguous, true, error.message);
      assert.match(error.message, /^Could not create notebook "etl": localhost:\d+ answered /);
    });

  it("that Fabric ended as failed has no effect", async () => {
    await using server = await scriptedFabric(accepted(), { body: { status: "Failed" } });
    using _time = skipWaits(isPause);
    assert.equal((await failureOf(server.fabric.items.create(workspaceId, notebook))).ambiguous, false);
  });

  it("is not needed if Fabric answers with the result at once", async () => {
    await using server = await scriptedFabric({ status: 201, body: item });
    assert.deepEqual(await server.fabric.items.create(workspaceId, notebook), item);
    assert.equal(server.asked().length, 1);
  });

  it("leaves nobody in the dark about an answer of another shape", async () => {
    await using server = await scriptedFabric({ status: 201, body: { id: 7 } });
    assert.equal((await failureOf(server.fabric.items.create(workspaceId, notebook))).kind, "badAnswer");
  });

  it("without a result is over when it has succeeded", async () => {
    await using server = await scriptedFabric(accepted(), { body: { status: "Succeeded" } });
    using _time = skipWaits(isPause);
    await server.fabric.items.updateDefinition(workspaceId, item, { parts: [] });
    assert.equal(server.asked().length, 2);
  });
});

describe("a list of Fabric", () => {
  it("is read page by page, by the token of the next page and not by its address", async () => {
    const next = { continuationToken: "a+b/c=", continuationUri: "https://attacker.example/v1/workspaces" };
    await using server = await scriptedFabric(
      { body: { value: [item], ...next } },
      { body: { value: [item] } },
    );
    let count = 0;
    for await (const _ of server.fabric.items.list(workspaceId, "Notebook")) count++;
    assert.equal(count, 2);
    assert.equal(
      server.asked()[1],
      `GET /v1/workspaces/${workspaceId}/items?type=Notebook&continuationToken=a%2Bb%2Fc%3D`,
    );
  });

  it("ends if the service names a page that was read before", async () => {
    await using server = await scriptedFabric({ body: { value: [item], continuationToken: "again" } });
    let count = 0;
    for await (const _ of server.fabric.items.list(workspaceId, "Notebook")) count++;
    assert.equal(count, 2);
  });
});
