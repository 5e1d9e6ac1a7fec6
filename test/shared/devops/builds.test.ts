import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { listTaggedBuilds, readAttachment } from "../../../shared/devops/builds.ts";
import type { AzureDevOps } from "../../../shared/devops/connection.ts";
import { devopsDialect } from "../../../shared/devops/dialect.ts";
import { HttpClient } from "../../../shared/http/client.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { type FaultyServer, faultyServer, json } from "../http/faulty-server.ts";

function organisation({ url, host, network }: FaultyServer): AzureDevOps {
  const hosts = new HostPolicy("devops", host);
  const at = (baseUrl: string) => new HttpClient({ baseUrl, hosts, network, dialect: devopsDialect });
  return { collectionUrl: `${url}/`, token: "t", at };
}

const read = (server: FaultyServer, maxBytes: number) =>
  readAttachment(
    organisation(server),
    { name: "record.json", url: `${server.url}/record.json` },
    { build: { id: 300, project: "p" }, maxBytes },
  );

describe("an attachment of a pipeline run", () => {
  it("an attachment of a pipeline run is not read further than its limit, however much the server would send", async () => {
    await using server = await faultyServer((response) => {
      response.writeHead(200);
      const send = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        if (!response.destroyed) response.once("drain", send);
      };
      send();
    });
    assert.equal(await read(server, 1_000_000), undefined);
  });

  it("an attachment of a pipeline run may be as large as its limit", async () => {
    await using server = await faultyServer((response) => response.end("12345"));
    assert.equal(await read(server, 5), "12345");
    assert.equal(await read(server, 4), undefined);
  });

  it("an attachment of a pipeline run is not read from another host, which would get the token of the job", async () => {
    await using server = await faultyServer((response) => response.end("{}"));
    await assert.rejects(
      readAttachment(
        organisation(server),
        { name: "record.json", url: "https://evil.example/record.json" },
        { build: { id: 300, project: "p" }, maxBytes: 5 },
      ),
      { kind: "hostNotAllowed" },
    );
    assert.deepEqual(server.requests, []);
  });
});

describe("the list of pipeline runs with a tag", () => {
  const build = (id: number, tags?: string[]) => ({
    ...{ id, buildNumber: String(id), status: "completed", queueTime: "2026-11-21T10:00:00Z", tags },
    ...{ definition: { id: 12, name: "weather" }, project: { id: "p", name: "p" } },
  });
  const page = (builds: object[], continuationToken?: string) => (response: ServerResponse) => {
    response.writeHead(200, continuationToken ? { "x-ms-continuationtoken": continuationToken } : {});
    response.end(JSON.stringify({ count: builds.length, value: builds }));
  };
  const list = async (server: FaultyServer) => {
    const { builds } = await listTaggedBuilds(organisation(server), { project: "p", tag: "Tag" });
    return builds.map(({ id }) => id);
  };

  it("the list of pipeline runs has every page, and each run once", async () => {
    await using server = await faultyServer(page([build(3), build(2)], "a"), page([build(2), build(1)]));
    assert.deepEqual(await list(server), [3, 2, 1]);
    assert.match(server.requests[1]!.path, /[?&]continuationToken=a(&|$)/);
  });

  it("the list of pipeline runs fails if the server repeats a page, or has more than ten", async () => {
    await using repeating = await faultyServer(page([build(1)], "same"));
    await assert.rejects(list(repeating), { kind: "badAnswer" });
    assert.equal(repeating.requests.length, 2);
    const pages = Array.from({ length: 12 }, (_, index) => page([build(index)], String(index)));
    await using endless = await faultyServer(...pages);
    await assert.rejects(
      list(endless),
      /has more than 10,000 of them, or lists the same ones again; test a new version\.$/,
    );
  });

  it("the list of pipeline runs has no run without the tag, if the server does not filter", async () => {
    await using server = await faultyServer(
      json(200, { value: [build(1, ["tag"]), build(2, ["other"]), build(3, [])] }),
    );
    assert.deepEqual(await list(server), [1]);
  });
});
