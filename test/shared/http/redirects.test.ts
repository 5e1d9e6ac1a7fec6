import assert from "node:assert/strict";
import { clientOf, failure, fine, get } from "./client-of.ts";
import { faultyServer, text } from "./faulty-server.ts";

describe("redirects", () => {
  it("a request follows a redirect to the same host", async () => {
    await using server = await faultyServer(text(302, "", { location: "/there" }), fine);
    assert.deepEqual(await get(server), { fine: true });
    assert.equal(server.requests[1]!.path, "/there");
  });

  it("a redirected request takes its credential to no other host", async () => {
    await using other = await faultyServer(fine);
    await using server = await faultyServer(text(302, "", { location: `${other.url}/there` }));
    const error = await failure(get(server), "redirected");
    assert(error.message.includes(`answered 302 and redirects to ${other.host}, which gets no credential`));
    assert.equal(other.requests.length, 0);
  });

  it("a redirect is not followed if a body would be sent again", async () => {
    await using server = await faultyServer(text(307, "", { location: "/there" }), fine);
    await failure(
      clientOf(server).json({
        method: "POST",
        path: "/",
        attempted: "create a thing",
        body: {},
        repeatable: true,
      }),
      "redirected",
    );
    assert.equal(server.requests.length, 1);
  });

  for (const status of [301, 302, 307, 308])
    it(`a request follows a redirect by ${status} to an address that is relative to the one asked`, async () => {
      await using server = await faultyServer(text(status, "", { location: "there?x=1" }), fine);
      assert.deepEqual(await get(server, { path: "/a/here" }), { fine: true });
      assert.equal(server.requests[1]!.path, "/a/there?x=1");
    });

  it("a request follows five redirects", async () => {
    const on = (count: number) => text(302, "", { location: `/${count}` });
    await using server = await faultyServer(on(1), on(2), on(3), on(4), on(5), fine);
    assert.deepEqual(await get(server), { fine: true });
  });

  for (const location of ["/login/", "/login.html?next_url=%2F", "/aad/auth/LogIn"])
    it(`a redirected request stops at ${location} on the same host, which is the sign-in page`, async () => {
      await using server = await faultyServer(text(302, "", { location }), fine);
      const error = await failure(get(server), "signInPage");
      assert.match(error.message, /check that the address is the workspace's own and that the token is/);
      assert.deepEqual(
        server.requests.map((request) => request.path),
        ["/"],
      );
    });

  it("a redirected request takes its credential to no other port of the host", async () => {
    await using other = await faultyServer(fine);
    await using server = await faultyServer(text(308, "", { location: `${other.url}/there` }));
    await failure(get(server), "redirected");
    assert.equal(other.requests.length, 0);
  });

  it("a redirected request takes its credential to no unencrypted address of the host", async () => {
    await using server = await faultyServer(text(301, "", { location: "http://localhost/" }), fine);
    await failure(get(server), "redirected");
  });

  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const)
    for (const status of [301, 302, 303, 307, 308])
      it(`a redirect is not followed for a request of method ${method} after ${status}`, async () => {
        await using server = await faultyServer(text(status, "", { location: "/there" }), fine);
        await failure(clientOf(server).json({ method, path: "/", attempted: "change it" }), "redirected");
        assert.deepEqual(
          server.requests.map((request) => `${request.method} ${request.path}`),
          [`${method} /`],
        );
      });

  it("a request ends after five redirects that go in a circle", async () => {
    await using server = await faultyServer(text(302, "", { location: "/again" }));
    await failure(get(server), "redirected");
    assert.equal(server.requests.length, 6);
  });
});
