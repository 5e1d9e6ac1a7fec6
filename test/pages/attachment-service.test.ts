import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AzureDevOpsAttachments } from "../../results-tab/attachments/azure-devops-attachments.ts";

const run = { buildId: "9", number: "20260302.9", definitionId: "12", isCompleted: true };

/** Responses that do not come from Azure DevOps, but could come from a proxy or an attacker between. */
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

  /** Serves a list with one record at an address, and the content at that address. */
  const serveRecord = (href: (origin: string) => string, content: Buffer = Buffer.from("{}")) =>
    serve((request, response) => {
      const origin = `http://${request.headers.host}`;
      const isList = request.url!.includes("/builds/9/attachments/");
      const value = [{ name: "notebooks.json", _links: { self: { href: href(origin) } } }];
      response.end(isList ? JSON.stringify({ count: 1, value }) : content);
    });

  it("the attachment service reads a record in the organization", async () => {
    const url = await serveRecord((origin) => `${origin}/contoso/record`, Buffer.from("a record"));
    const [record] = await recordsOf(url);
    assert.equal(await record!.read(1000), "a record");
  });

  for (const [place, address] of Object.entries({
    "on another host": (other: string) => `${other}/contoso/record`,
    "in another organization": (_: string, origin: string) => `${origin}/contoso-evil/record`,
    "above the organization": (_: string, origin: string) => `${origin}/contoso/../record`,
    "that is a script": () => "javascript:alert(1)",
  }))
    it(`the attachment service does not send its token to an address ${place}`, async () => {
      const asked: (string | undefined)[] = [];
      const other = await serve((request, response) => {
        asked.push(request.url);
        response.end();
      });
      const url = await serveRecord((origin) => address(other, origin));
      const [record] = await recordsOf(url);
      await assert.rejects(
        record!.read(1000),
        /^Error: Could not read the attachment notebooks\.json of run 20260302\.9: its address is not in this organization; run the tests again\.$/,
      );
      assert.deepEqual(asked, []);
    });

  it("the attachment service sends its token, and asks for JSON instead of a sign-in page", async () => {
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

  it("the attachment service throws AbortError if the user leaves the page during a request", async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    await assert.rejects(serviceOf(url).attachments(run, "notebook-ops.test-status", controller.signal), {
      name: "AbortError",
    });
  });

  it("the attachment service does not follow a redirect", async () => {
    const asked: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      asked.push(request.url);
      response.end("{}");
    });
    const url = await serve((_request, response) => response.writeHead(302, { Location: other }).end());
    await assert.rejects(recordsOf(url), /^Error: Could not read the attachments of run 20260302\.9: /);
    assert.deepEqual(asked, []);
  });

  it("the attachment service does not read a record that is longer than its limit", async () => {
    const url = await serveRecord((origin) => `${origin}/contoso/record`, Buffer.alloc(5 * 1024 * 1024, "a"));
    const [record] = await recordsOf(url);
    await assert.rejects(
      record!.read(2 * 1024 * 1024),
      /^Error: Could not read .*: it is larger than 2 MB\.$/,
    );
  });

  it("the attachment service reads a record that is as long as its limit", async () => {
    const url = await serveRecord((origin) => `${origin}/contoso/record`, Buffer.alloc(1_000, "a"));
    const [record] = await recordsOf(url);
    assert.equal((await record!.read(1_000)).length, 1_000);
    await assert.rejects(record!.read(999), /: it is larger than /);
  });

  it("the attachment service closes the connection if a response is longer than its limit", async () => {
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

  it("the attachment service reads a replacement character if a record ends in the middle of a character", async () => {
    const url = await serveRecord((origin) => `${origin}/contoso/record`, Buffer.from([0x61, 0xc3]));
    const [record] = await recordsOf(url);
    assert.equal(await record!.read(1_000), "a\ufffd");
  });

  it("the attachment service says what to do if the response is not JSON", async () => {
    const url = await serve((_request, response) => response.end("<html>"));
    await assert.rejects(
      recordsOf(url),
      /: Azure DevOps did not return JSON; sign in again and reload the page\.$/,
    );
  });

  it("the attachment service reads a response without a list as an empty list", async () => {
    const url = await serve((_request, response) => response.end('{"value": {"length": 3}}'));
    assert.deepEqual(await recordsOf(url), []);
  });
});
