import assert from "node:assert/strict";
import os from "node:os";
import { toolRelease } from "../../../shared/devops/client-tools.ts";
import type { AzureDevOps } from "../../../shared/devops/connection.ts";
import { HttpClient } from "../../../shared/http/client.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { type Answer, type FaultyServer, faultyServer } from "../http/faulty-server.ts";

const location = {
  id: "187EC90D-dd1e-4ec6-8c57-937d979261e5",
  area: "clienttools",
  resourceName: "release",
  routeTemplate: "_apis/{area}/{toolName}/{resource}",
};
const json =
  (body: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const release = json({ version: "0.2.1", uri: "https://storage.example/tool.zip" });

/** The organisation `contoso` of a server; its token goes to hosts of the platform and that server's alone. */
function organisation(server: FaultyServer): AzureDevOps {
  const hosts = new HostPolicy("devops", server.host);
  return {
    collectionUrl: `${server.url}/contoso/`,
    token: "secret",
    at: (url) =>
      new HttpClient({
        baseUrl: url,
        hosts,
        network: server.network,
        authorization: async () => "Bearer secret",
      }),
  };
}

const asked = (server: FaultyServer) => server.requests.map(({ method, path }) => `${method} ${path}`);

describe("the client tools API", () => {
  it("the client tools API is asked at the organisation's blob store, by the route that this names", async () => {
    await using server = await faultyServer(
      (response, request) =>
        json({ locationUrl: `https://${request.headers.host}/blobs` })(response, request),
      json({ count: 1, value: [location] }),
      release,
    );
    const found = await toolRelease(organisation(server), "artifacttool");
    assert.equal(found.version, "0.2.1");
    const arch = os.arch() === "x64" ? "amd64" : os.arch();
    assert.deepEqual(asked(server), [
      "GET /contoso/_apis/resourceAreas/5294ef93-12a1-4d13-8671-9d9d014072c8",
      "OPTIONS /blobs/_apis/clienttools",
      `GET /blobs/_apis/clienttools/artifacttool/release?osName=${os.type()}&arch=${arch}&api-version=5.0-preview`,
    ]);
  });

  it("the client tools API is asked for the ArtifactTool of Windows on Windows", async () => {
    await using server = await faultyServer(json(null), json({ count: 1, value: [location] }), release);
    const { type, arch } = os;
    try {
      Object.assign(os, { type: () => "Windows_NT", arch: () => "x64" });
      await toolRelease(organisation(server), "artifacttool");
    } finally {
      Object.assign(os, { type, arch });
    }
    assert.match(asked(server)[2]!, /release\?osName=windows&arch=amd64&/);
  });

  for (const [what, answer] of [
    ["a server that knows no areas", json({ message: "not found" }, 404)],
    ["an area without an address", json(null)],
  ] as const)
    it(`the client tools API is asked at the collection of ${what}`, async () => {
      await using server = await faultyServer(answer, json({ count: 1, value: [location] }), release);
      await toolRelease(organisation(server), "artifacttool");
      assert.equal(asked(server)[1], "OPTIONS /contoso/_apis/clienttools");
    });

  it("the client tools API is not asked at a host that is not the platform's, which would get the token", async () => {
    await using server = await faultyServer(json({ locationUrl: "https://evil.example/" }));
    await assert.rejects(
      toolRelease(organisation(server), "artifacttool"),
      /Could not find the routes of clienttools: evil\.example is not a host of the platform/,
    );
  });

  it("the client tools API gives a bad answer if the organisation has no such resource", async () => {
    await using server = await faultyServer(json(null), json({ count: 0, value: [] }));
    await assert.rejects(toolRelease(organisation(server), "artifacttool"), {
      kind: "badAnswer",
      message: /^Could not find the routes of clienttools: localhost:\d+ has no resource 187ec90d-\S*; check/,
    });
  });
});
