import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { RequestError } from "../../../../shared/http/errors.ts";
import { type Answer, connectProxy, faultyServer, reset, silence, text } from "../../http/faulty-server.ts";
import { oneLakeAt } from "./terminal.ts";

const folder = { workspaceId: "w", itemId: "i", path: "Files/x" };
const id = { "x-ms-request-id": "7b1c" };
const xml = { ...id, "content-type": "application/xml" };

/** A page of List Blobs, https://learn.microsoft.com/rest/api/storageservices/list-blobs#response-body */
const page = (names: string[], next = "") =>
  text(
    200,
    `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://onelake.blob.fabric.microsoft.com" ContainerName="w"><Blobs>${names
      .map(
        (name) =>
          `<Blob><Name>${name}</Name><Properties><Last-Modified>Sun, 22 Nov 2026 08:00:00 GMT</Last-Modified><Etag>1</Etag><Content-Length>1</Content-Length><Content-Type>a/b</Content-Type><BlobType>BlockBlob</BlobType></Properties></Blob>`,
      )
      .join("")}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
    xml,
  );
const written = text(201, "", id);
const refusal = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
  text(
    status,
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}\nRequestId:7b1c\nTime:2026-11-22</Message></Error>`,
    { ...xml, "x-ms-error-code": code, ...headers },
  );

/** Writes a file to a server with these answers. */
async function write(...answers: Answer[]) {
  await using server = await faultyServer(...answers);
  const error = await oneLakeAt(server)
    .oneLake.write({ ...folder, path: "Files/x/a" }, "content")
    .then(
      () => undefined,
      (cause: unknown) => (cause instanceof RequestError ? cause : Promise.reject(cause)),
    );
  const { kind, message } = error ?? {};
  return { kind, message, requests: server.requests };
}

async function list(...answers: Answer[]) {
  await using server = await faultyServer(...answers);
  const result = await oneLakeAt(server)
    .oneLake.list(folder)
    .catch((cause: unknown) => (cause instanceof RequestError ? cause : Promise.reject(cause)));
  return { result, requests: server.requests };
}

describe("requests to OneLake", () => {
  it("writes a small file in one request with its hash and the token", async () => {
    const { kind, requests } = await write(written);
    assert.equal(kind, undefined);
    assert.equal(requests.length, 1);
    const { method, path, headers, body } = requests[0]!;
    assert.deepEqual([method, path.split("?")[0], body], ["PUT", "/w/i/Files/x/a", "content"]);
    assert.equal(headers["x-ms-blob-type"], "BlockBlob");
    assert.equal(headers["x-ms-blob-content-md5"], "mgNkuembtIDdJeHwKEyFVQ==");
    assert.equal(headers.authorization, "Bearer token");
  });

  for (const [title, answer] of [
    ["a broken connection", reset],
    ["an answer of 500", refusal(500, "InternalError", "Try again.", { "retry-after": "0" })],
  ] as const)
    it(`sends a request again after ${title}`, async () => {
      const { kind, requests } = await write(answer, written);
      assert.deepEqual([kind, requests.length], [undefined, 2]);
    });

  for (const status of [429, 430, 503])
    it(`waits for as long as an answer of ${status} asks`, async () => {
      const at: number[] = [];
      const timed =
        (answer: Answer): Answer =>
        (response, request) => {
          at.push(performance.now());
          answer(response, request);
        };
      const busy = refusal(status, "ServerBusy", "Slow down.", { "retry-after": "1" });
      const { kind } = await write(timed(busy), timed(written));
      assert.deepEqual([kind, at.length], [undefined, 2]);
      assert.ok(at[1]! - at[0]! >= 990, `${at}`); // a timer may fire some milliseconds early
    });

  for (const [status, code, kind, advice] of [
    [403, "AuthorizationPermissionMismatch", "forbidden", /the role Contributor in the workspace, and check/],
    [404, "ContainerNotFound", "notFound", /check that the workspace and the lakehouse exist/],
    [409, "PathConflict", "conflict", /no other run writes to the same folder/],
    [404, "CapacityNotActive", "invalid", /resume the workspace's capacity/],
    [400, "InvalidUri", "invalid", /correct what the message names/],
  ] as const)
    it(`explains an answer of ${status} ${code}`, async () => {
      const { message, requests, ...error } = await write(refusal(status, code, "The reason."));
      assert.equal(requests.length, 1);
      assert.equal(error.kind, kind);
      assert.match(
        message!,
        new RegExp(
          `^Could not write w/i/Files/x/a to OneLake: localhost:\\d+ answered ${status} ${code}: The reason \\(request 7b1c\\); `,
        ),
      );
      assert.match(message!, advice);
    });

  for (const [title, answer, kind] of [
    ["a sign-in page", text(200, "<html></html>", { "content-type": "text/html" }), "signInPage"],
    ["a page of a proxy", text(200, "ok"), "badAnswer"],
    ["a list that is JSON", text(200, "{}", { ...id, "content-type": "application/json" }), "badAnswer"],
    ["a redirect", text(302, "", { location: "https://example.com/" }), "redirected"],
  ] as const)
    it(`does not take ${title} for an empty folder`, async () => {
      const { result } = await list(answer);
      assert.equal((result as RequestError).kind, kind, String(result));
    });

  it("asks again for a list that is cut off", async () => {
    const { result, requests } = await list(text(200, "<EnumerationResults><Blobs>", xml), page([]));
    assert.deepEqual([result, requests.length], [[], 2]);
  });

  it("reads all pages of a list, and ends if one repeats itself", async () => {
    const { result } = await list(page(["i/Files/x/a"], "2"), page(["I/Files/x/b/c"]));
    assert.deepEqual(
      (result as { path: string }[]).map((entry) => entry.path),
      ["a", "b/c"],
    );
    const endless = await list(page(["i/Files/x/a"], "2"));
    assert.match(String(endless.result), /continued its list with the same page/);
    assert.equal(endless.requests.length, 2);
  });

  it("refuses a list with files of another folder", async () => {
    const { result } = await list(page(["i/Files/y/a"]));
    assert.match(String(result), /listed a file that is not below the folder/);
  });

  it("sends the token to no other host", async () => {
    await using server = await faultyServer(written);
    const connect = () => oneLakeAt({ ...server, allowedHosts: "" });
    assert.throws(connect, { kind: "hostNotAllowed" });
    assert.equal(server.requests.length, 0);
  });

  it("goes through the agent's proxy", async () => {
    await using server = await faultyServer(written);
    await using proxy = await connectProxy();
    const network = { ...server.network, proxyFor: () => ({ url: proxy.url }) };
    await oneLakeAt({ ...server, network }).oneLake.write({ ...folder, path: "Files/x/a" }, "a");
    assert.deepEqual([proxy.connected, server.requests.length], [[server.host], 1]);
  });

  it("ends requests that wait for their turn when the step is cancelled", async () => {
    await using server = await faultyServer(refusal(429, "ServerBusy", "Slow.", { "retry-after": "3600" }));
    const cancel = new AbortController();
    let answered = () => {};
    const refused = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const terminal = { ...server, signal: cancel.signal, onDetail: () => answered() };
    const { oneLake } = oneLakeAt(terminal);
    const first = oneLake.delete(folder).catch((error: unknown) => error);
    await refused;
    await new Promise(setImmediate);
    const second = oneLake.delete(folder).catch((error: unknown) => error);
    await new Promise(setImmediate);
    cancel.abort();
    assert.deepEqual([await first, await second].map((error) => (error as RequestError).kind).sort(), [
      "canceled",
      "throttled",
    ]);
    assert.equal(server.requests.length, 1);
  });

  it("ends a request when the step is cancelled", async () => {
    const cancel = new AbortController();
    await using server = await faultyServer((response, request) => {
      cancel.abort();
      silence(response, request);
    });
    const { oneLake } = oneLakeAt({ ...server, signal: cancel.signal });
    await assert.rejects(oneLake.delete(folder), { kind: "canceled" });
  });

  it("refuses paths that Fabric manages", async () => {
    await using server = await faultyServer(written);
    const { oneLake } = oneLakeAt(server);
    for (const path of ["", "Files", "Files/", "Files/../Tables", "Other/x", "Files/x/", "Files\\x"])
      await assert.rejects(
        oneLake.delete({ ...folder, path }),
        /^Error: Could not delete from OneLake: /,
        path,
      );
    await assert.rejects(oneLake.delete({ ...folder, itemId: "" }), /is not the id or name/);
    assert.equal(server.requests.length, 0);
  });

  it("goes on with a file where the connection broke, and refuses one that is too large", async () => {
    const head = { ...id, etag: '"1"', "content-length": "7" };
    const brokenOff: Answer = (response) => {
      response.writeHead(200, head).write("con", () => void response.socket?.end());
    };
    await using server = await faultyServer(
      brokenOff,
      text(206, "tent", { ...head, "content-length": "4", "content-range": "bytes 3-6/7" }),
      text(200, "content", head),
    );
    const { oneLake } = oneLakeAt(server);
    assert.equal(String(await oneLake.read(folder, { maxBytes: 7 })), "content");
    const { "x-ms-range": range, "if-match": version } = server.requests[1]!.headers;
    assert.deepEqual([range, version], ["bytes=3-", '"1"']);
    await assert.rejects(oneLake.read(folder, { maxBytes: 6 }), { kind: "tooLarge" });
  });

  it("begins a file again that has changed since the connection broke", async () => {
    const part: Answer = (response) =>
      void response
        .writeHead(200, { ...id, etag: '"1"', "content-length": "7" })
        .write("con", () => void response.socket?.end());
    await using server = await faultyServer(
      part,
      refusal(412, "ConditionNotMet", "It has changed."),
      text(200, "new", { ...id, etag: '"2"', "content-length": "3" }),
    );
    assert.equal(String(await oneLakeAt(server).oneLake.read(folder, { maxBytes: 7 })), "new");
  });

  it("refuses content that does not have its hash", async () => {
    const md5 = Buffer.alloc(16, 1).toString("base64");
    await using server = await faultyServer(
      text(200, "content", { ...id, "content-length": "7", "content-md5": md5 }),
    );
    await assert.rejects(oneLakeAt(server).oneLake.read(folder, { maxBytes: 100 }), { kind: "badAnswer" });
  });

  it("downloads nothing if OneLake lists a name that leaves the folder", async () => {
    const names = ["../a", "b/../../a", "/etc/a", "C:/a", "b//a", "b/./a", "..\\a", "a\u0085b"];
    await using server = await faultyServer(
      ...names.map((name) => page(["i/Files/x/fine", `i/Files/x/${name}`])),
    );
    const { oneLake } = oneLakeAt(server);
    const local = await mkdtemp(path.join(tmpdir(), "names-"));
    const refusal = /which cannot be a file below a local folder; rename what is there, or /;
    for (const name of names)
      await assert.rejects(oneLake.download(folder, path.join(local, "copy")), refusal, name);
    assert.deepEqual([await readdir(local), server.requests.length], [[], names.length]);
    await rm(local, { recursive: true });
  });
});
