import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AzureDevOpsAttachments } from "../../results-tab/attachments/azure-devops-attachments.ts";

const run = { buildId: "9", number: "20260302.9", definitionId: "12", isCompleted: true };

/** Answers that no Azure DevOps gives, but that one between could. */
describe("attachment service of the results tab", () => {
  const servers: Server[] = [];

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  const serviceOf = (url: string) =>
    new AzureDevOpsAttachments({
      collectionUrl: `${url}/contoso`,
      project: "weather",
      accessToken: async () => "the token",
    });
  const recordsOf = (url: string) =>
    serviceOf(url).attachments(run, "notebook-ops.test-status", new AbortController().signal);

  /** A list of one record at that address, then what is there. */
  const serveRecord = (href: (origin: string) => string, content: Buffer = Buffer.from("{}")) =>
    serve((request, response) => {
      const origin = `http://${request.headers.host}`;
      const isList = request.url!.includes("/builds/9/attachments/");
      const value = [{ name: "notebooks.json", _links: { self: { href: href(origin) } } }];
      response.end(isList ? JSON.stringify({ count: 1, value }) : content);
    });

  it("reads a record of the organisation", async () => {
    const url = await serveRecord((origin) => `${origin}/contoso/record`, Buffer.from("a record"));
    const [record] = await recordsOf(url);
    assert.equal(await record!.read(1000), "a record");
  });

  for (const [where, address] of Object.entries({
    "on another host": (other: string) => `${other}/contoso/record`,
    "of another organisation": (_: string, origin: string) => `${origin}/contoso-evil/record`,
    "above the organisation": (_: string, origin: string) => `${origin}/contoso/../record`,
    "that is a script": () => "javascript:alert(1)",
  }))
    it(`gives its token to no address ${where}`, async () => {
      const asked: (string | undefined)[] = [];
      const other = await serve((request, response) => {
        asked.push(request.url);
        response.end();
      });
      const url = await serveRecord((origin) => address(other, origin));
      const [record] = await recordsOf(url);
      await assert.rejects(record!.read(1000), /its address is none of this organisation/);
      assert.deepEqual(asked, []);
    });

  it("asks by its token, and for an answer that is not a page to sign in", async () => {
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      const { authorization, accept, "x-tfs-fedauthredirect": redirect } = request.headers;
      asked.push({ authorization, accept, redirect });
      response.end("{}");
    });
    await recordsOf(url);
    assert.deepEqual(asked, [
      { authorization: "Bearer the token", accept: "application/json", redirect: "Suppress" },
    ]);
  });

  it("fails as aborted when the page was left meanwhile", async () => {
    const leave = new AbortController();
    const url = await serve(() => leave.abort());
    await assert.rejects(serviceOf(url).attachments(run, "notebook-ops.test-status", leave.signal), {
      name: "AbortError",
    });
  });

  it("follows no redirect", async () => {
    const asked: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      asked.push(request.url);
      response.end("{}");
    });
    const url = await serve((_request, response) => response.writeHead(302, { Location: other }).end());
    await assert.rejects(recordsOf(url), /^Error: Reading what is attached to run 20260302\.9 failed/);
    assert.deepEqual(asked, []);
  });

  it("reads no more of a record than it may", async () => {
    const url = await serveRecord((origin) => `${origin}/contoso/record`, Buffer.alloc(5 * 1024 * 1024, "a"));
    const [record] = await recordsOf(url);
    await assert.rejects(record!.read(2 * 1024 * 1024), /failed: it is larger than 2 MB\.$/);
  });

  it("reads a record that is as large as it may be", async () => {
    const url = await serveRecord((origin) => `${origin}/contoso/record`, Buffer.alloc(1_000, "a"));
    const [record] = await recordsOf(url);
    assert.equal((await record!.read(1_000)).length, 1_000);
    await assert.rejects(record!.read(999), /failed: it is larger than /);
  });

  it("ends the connection of an answer that is larger than it may be", async () => {
    let ended: Promise<unknown> | undefined;
    const url = await serve((request, response) => {
      const href = `http://${request.headers.host}/contoso/record`;
      if (!request.url!.endsWith("/record"))
        return void response.end(JSON.stringify({ value: [{ name: "r", _links: { self: { href } } }] }));
      ended = once(response, "close");
      response.write(Buffer.alloc(64 * 1024));
    });
    const [record] = await recordsOf(url);
    await assert.rejects(record!.read(1_000));
    await ended;
  });

  it("shows a replacement character for a record that ends within a character", async () => {
    const url = await serveRecord((origin) => `${origin}/contoso/record`, Buffer.from([0x61, 0xc3]));
    const [record] = await recordsOf(url);
    assert.equal(await record!.read(1_000), "a\ufffd");
  });

  it("says where an answer is no JSON", async () => {
    const url = await serve((_request, response) => response.end("<html>"));
    await assert.rejects(recordsOf(url), /something else than JSON; sign in again and reload the page\.$/);
  });

  it("takes a list that is none for an empty one", async () => {
    const url = await serve((_request, response) => response.end('{"value": {"length": 3}}'));
    assert.deepEqual(await recordsOf(url), []);
  });
});
