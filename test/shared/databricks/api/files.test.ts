import assert from "node:assert/strict";
import { FilesApi } from "../../../../shared/databricks/api/files.ts";
import { HttpClient } from "../../../../shared/http/client.ts";
import { RequestError } from "../../../../shared/http/errors.ts";
import { HostPolicy } from "../../../../shared/http/hosts.ts";
import { type Answer, faultyServer, json, text } from "../../http/faulty-server.ts";

const blockBytes = 1024 * 1024;

/** Reads `path` from a server with these answers. Returns the content or the error, and the paths of the requests. */
async function read(path: string, maxBytes: number, ...answers: Answer[]) {
  await using server = await faultyServer(...answers);
  const http = new HttpClient({
    baseUrl: server.url,
    hosts: new HostPolicy("databricks", server.host),
    network: server.network,
  });
  const result = await new FilesApi(http, server.host)
    .read(path, maxBytes)
    .catch((error: unknown) => (error instanceof RequestError ? error : Promise.reject(error)));
  return { result, asked: server.requests.map((request) => decodeURIComponent(request.path)) };
}

const block = (bytes: number, fill = "x"): Answer =>
  json(200, { bytes_read: bytes, data: Buffer.alloc(bytes, fill).toString("base64") });

describe("files that a notebook wrote", () => {
  const workspaceExport = (path: string) =>
    `/api/2.0/workspace/export?path=${path}&format=AUTO&direct_download=true`;
  for (const [path, asked] of [
    ["/Volumes/main/a b/r.xml", "/api/2.0/fs/files/Volumes/main/a b/r.xml"],
    ["/Volumes/main/50 % ?#/r.xml", "/api/2.0/fs/files/Volumes/main/50 % ?#/r.xml"],
    ["dbfs:/Volumes/main/r.xml", "/api/2.0/fs/files/Volumes/main/r.xml"],
    ["/Workspace/Shared/r.xml", workspaceExport("/Shared/r.xml")],
    ["/Shared/r.xml", workspaceExport("/Shared/r.xml")],
    ["/WorkspaceOther/r.xml", workspaceExport("/WorkspaceOther/r.xml")],
  ] as const)
    it(`reads a notebook's file with one request: ${path}`, async () => {
      const found = await read(path, 100, text(200, "<testsuites/>"));
      assert.deepEqual(found.asked, [asked]);
      assert.equal(String(found.result), "<testsuites/>");
    });

  for (const path of ["dbfs:/tmp/r.xml", "/dbfs/tmp/r.xml"])
    it(`reads a notebook's file block by block from DBFS: ${path}`, async () => {
      const { asked, result } = await read(path, 2 * blockBytes, block(blockBytes, "a"), block(3, "b"));
      const at = (offset: number) =>
        `/api/2.0/dbfs/read?path=/tmp/r.xml&offset=${offset}&length=${blockBytes}`;
      assert.deepEqual(asked, [at(0), at(blockBytes)]);
      assert.ok(Buffer.isBuffer(result));
      assert.equal(result.length, blockBytes + 3);
      assert.equal(result.subarray(-4).toString(), "abbb");
    });

  for (const path of ["/Volumes/main/r.xml", "/Shared/r.xml"]) {
    it(`reads a notebook's file if it has exactly the allowed size: ${path}`, async () => {
      const { result } = await read(path, 4, text(200, "1234"));
      assert.equal(String(result), "1234");
    });

    it(`refuses a notebook's file if it is larger than allowed: ${path}`, async () => {
      const { result } = await read(path, 4, text(200, "12345"));
      assert.equal((result as RequestError).kind, "tooLarge");
    });
  }

  it("refuses a notebook's file as soon as more bytes than allowed have come from DBFS", async () => {
    const { asked, result } = await read(
      "dbfs:/r.xml",
      blockBytes,
      block(blockBytes),
      block(blockBytes),
      block(1),
    );
    assert.equal(asked.length, 2);
    assert.match(
      (result as Error).message,
      /^Could not read dbfs:\/r\.xml: .* has a file there that is larger than 1 MB; /,
    );
    const whole = await read("dbfs:/r.xml", blockBytes, block(blockBytes), block(0));
    assert.equal((whole.result as Buffer).length, blockBytes);
  });
});
