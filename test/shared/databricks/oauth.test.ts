import assert from "node:assert/strict";
import { oauthAuthorization } from "../../../shared/databricks/oauth.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { type Answer, type FaultyServer, faultyServer, json } from "../http/faulty-server.ts";

const token = (name: string, expires_in = 3_600): Answer => json(200, { access_token: name, expires_in });

/** The authorization function of a service principal, and the secrets that it registered. */
function authorizationOf(server: FaultyServer, hosts = new HostPolicy("databricks", server.host)) {
  const secrets: string[] = [];
  const host = {
    network: server.network,
    log: { detail: () => {} },
    secrets: { add: (value: string) => secrets.push(value) },
  } as unknown as TaskHost;
  const credential = { url: server.url, clientId: "client", clientSecret: "the-secret", hosts };
  return { authorize: oauthAuthorization(host, credential), secrets };
}

describe("the OAuth token of a service principal", () => {
  const realNow = Date.now;
  let nowMs: number;
  beforeEach(() => {
    nowMs = realNow();
    Date.now = () => nowMs;
  });
  afterEach(() => {
    Date.now = realNow;
  });

  it("the OAuth token of a service principal is requested with client id and secret, for all APIs of the workspace", async () => {
    await using server = await faultyServer(token("one"));
    const { authorize } = authorizationOf(server);
    assert.equal(await authorize(), "Bearer one");
    const [request] = server.requests;
    assert.equal(`${request!.method} ${request!.path}`, "POST /oidc/v1/token");
    assert.equal(
      request!.headers.authorization,
      `Basic ${Buffer.from("client:the-secret").toString("base64")}`,
    );
    assert.equal(request!.headers["content-type"], "application/x-www-form-urlencoded");
    assert.equal(request!.body, "grant_type=client_credentials&scope=all-apis");
  });

  it("the OAuth token of a service principal is masked, as are the secret and its encoded form in the header", async () => {
    await using server = await faultyServer(token("one"));
    const { authorize, secrets } = authorizationOf(server);
    await authorize();
    assert.deepEqual(secrets, ["the-secret", Buffer.from("client:the-secret").toString("base64"), "one"]);
  });

  it("the OAuth token of a service principal is requested once for concurrent requests, and used until a minute before it expires", async () => {
    await using server = await faultyServer(token("one"), token("two"));
    const { authorize } = authorizationOf(server);
    assert.deepEqual(await Promise.all([authorize(), authorize()]), ["Bearer one", "Bearer one"]);
    nowMs += 3_539_999;
    assert.equal(await authorize(), "Bearer one");
    nowMs += 1;
    assert.equal(await authorize(), "Bearer two");
    assert.equal(server.requests.length, 2);
  });

  it("the OAuth token of a service principal is requested again after a failure", async () => {
    await using server = await faultyServer(json(403, { message: "no" }), token("two"));
    const { authorize } = authorizationOf(server);
    await assert.rejects(authorize(), { name: "RequestError", kind: "forbidden" });
    assert.equal(await authorize(), "Bearer two");
  });

  it("the OAuth token of a service principal is requested again if the service is busy", async () => {
    await using server = await faultyServer(json(503, {}, { "retry-after": "0" }), token("one"));
    assert.equal(await authorizationOf(server).authorize(), "Bearer one");
  });

  it("the OAuth token of a service principal fails with a sentence that says which secret is wrong, and not as the request that needs the token", async () => {
    await using server = await faultyServer(json(401, { error: "invalid_client" }));
    await assert.rejects(authorizationOf(server).authorize(), {
      name: "SignInRefused",
      message: `Could not sign in to Databricks as service principal client: ${server.host} answered 401: invalid_client; check the client id and secret in the service connection: the secret must be an OAuth secret made in Databricks, not one of Microsoft Entra, and not expired.`,
    });
  });

  it("the OAuth token of a service principal is not requested from a host that is neither Databricks' own nor listed", async () => {
    await using server = await faultyServer(token("one"));
    const { authorize } = authorizationOf(server, new HostPolicy("databricks", undefined));
    await assert.rejects(authorize(), { kind: "hostNotAllowed" });
    assert.equal(server.requests.length, 0);
  });
});
