import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { ask } from "../ask.ts";
import { proves } from "../proof.ts";
import { connect, run } from "./node-client.ts";

interface Case {
  what: string;
  method?: string;
  /** Below the address of the organisation. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  status: number;
  /** In the text of the answer. */
  says?: RegExp;
}

const wheel = "my_pkg-1.0-py3-none-any.whl";
const everyForm = "noArrayWrap=true;enumsAsNumbers=true;msDateFormat=true;excludeUrls=true";

describe("requests to the local Azure DevOps", () => {
  let workspace: Emulator;

  const send = (path: string, { method = "GET", headers = {}, body }: Partial<Case> = {}) => {
    const { devopsUrl, devopsToken } = workspace.ready;
    const authorization = `Basic ${Buffer.from(`:${devopsToken}`).toString("base64")}`;
    const options = { headers: { authorization, ...headers }, ...(body === undefined ? {} : { body }) };
    return ask(workspace, method, `${devopsUrl}${path}`, options);
  };

  const upload = (name: string, version: string, file: string) => {
    const fields = { ":action": "file_upload", name, version, metadata_version: "2.4", filetype: "sdist" };
    const parts = Object.entries(fields).map(([field, value]) => `name="${field}"\r\n\r\n${value}`);
    const form = [...parts, `name="content"; filename="${file}"\r\n\r\ncontent of ${file}`];
    const body = `${form.map((part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`).join("")}--b--\r\n`;
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    return send("/_packaging/weather/pypi/upload/", { method: "POST", headers, body });
  };

  before(async () => {
    const build = { id: 41, definition: { id: 1, name: "release" }, finishTime: "2026-11-20T10:00:00Z" };
    workspace = await startEmulator({
      config: { feeds: ["weather"], devops: { builds: [build] }, spark: { master: "none" } },
    });
    await upload("my_pkg", "1.0", wheel);
  });

  after(() => workspace.stop());

  it("a feed takes source distributions by their names of today and of older tools, and refuses files of other packages", async () => {
    // https://packaging.python.org/en/latest/specifications/source-distribution-format/ and PEP 625, on names before it.
    const cases: [name: string, version: string, file: string, status: number][] = [
      ["my_pkg", "1.0", "my_pkg-1.0.tar.gz", 200],
      ["my-pkg", "1.0", "my-pkg-1.0.tar.gz", 200],
      ["my_pkg", "1.0", "My.Pkg-1.0.zip", 200],
      ["my-pkg", "2.0.post1", "my-pkg-2.0-1.tar.gz", 200],
      ["my-pkg", "2.0rc1", "my-pkg-2.0.RC1.tar.bz2", 200],
      ["my-pkg-2", "3.0", "my-pkg-2-3.0.tar.gz", 200],
      ["my-pkg", "1.0", "other-1.0.tar.gz", 400],
      ["my-pkg", "1.0", "my-pkg-1.1.tar.gz", 400],
      ["my", "1.0", "my-pkg-1.0.tar.gz", 400],
      ["my-pkg", "1.0", "my-pkg-1.0.exe", 400],
    ];
    for (const [name, version, file, status] of cases)
      assert.equal((await upload(name, version, file)).status, status, `${file} of ${name} ${version}`);
  });

  it("a feed answers pip, uv and poetry as Azure Artifacts does", async () => {
    const download = `/_packaging/weather/pypi/download/my-pkg/1.0/${wheel}`;
    const sha256 = createHash("sha256").update(`content of ${wheel}`).digest("hex");
    const cases: Case[] = [
      // https://github.com/astral-sh/uv/pull/1713
      { what: "HEAD", method: "HEAD", path: download, status: 405 },
      // https://github.com/astral-sh/uv/issues/21349
      { what: "a range", path: download, headers: { range: "bytes=0-6" }, status: 206, says: /^content$/ },
      { what: "the end", path: download, headers: { range: "bytes=-4" }, status: 206, says: /^\.whl$/ },
      { what: "the rest", path: download, headers: { range: "bytes=30-" }, status: 206, says: /any\.whl$/ },
      { what: "no such part", path: download, headers: { range: "bytes=900-" }, status: 416 },
      // https://github.com/astral-sh/uv/issues/10394: HTML, whatever is accepted, with the feed's id in the addresses.
      {
        what: "the index",
        path: "/_packaging/weather/pypi/simple/My.Pkg/",
        headers: { accept: "application/vnd.pypi.simple.v1+json" },
        status: 200,
        says: new RegExp(
          `href="/local/_packaging/[0-9a-f-]{36}/pypi/download/my-pkg/1.0/${wheel}#sha256=${sha256}"`,
        ),
      },
    ];
    await check(cases);
    const index = await send("/_packaging/weather/pypi/simple/", { headers: { accept: "application/json" } });
    assert.match(String(index.headers["content-type"]), /^text\/html/);
    const seen = await run(
      workspace,
      `${connect}
      const feed = url + "/_apis/packaging/feeds/weather/packages";
      const [item] = (await api.rest.get(feed + "?includeAllVersions=true")).result.value;
      const [version] = item.versions;
      const one = await api.rest.get(feed + "/" + item.id + "/versions/" + version.id);
      const { message } = await api.rest.client.head(url + "${download}");
      answer([one.result.id === version.id, message.statusCode]);`,
    );
    assert.deepEqual(seen, [true, 405]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages/{package}/versions/{version}",
      "azure-devops HEAD /{organisation}/{project?}/_packaging/{feed}/pypi/download/{package}/{version}/{file}",
    );
  });

  it("the local Azure DevOps refuses by name what it cannot decode or does not honour", async () => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    const builds = "/local/_apis/build/builds";
    const tag = { method: "PUT", path: `${builds}/41/tags/x` };
    await check([
      { what: "a password that is no encoding", path: builds, headers: basic("x:%zz"), status: 401 },
      {
        what: "a path that is no encoding",
        path: "/_packaging/%zz/pypi/simple/",
        status: 400,
        says: /Invalid URL/,
      },
      { what: "a path that is not UTF-8", path: "/_packaging/%ff/pypi/simple/", status: 400 },
      { what: "a path without segments", path: "///", status: 501 },
      {
        what: "a query that is no encoding",
        path: `${builds}?buildNumber=%zz`,
        status: 200,
        says: /"count":0/,
      },
      // https://learn.microsoft.com/azure/devops/integrate/concepts/rest-api-versioning
      {
        what: "no version",
        ...tag,
        status: 400,
        says: /No api-version was supplied for the \\"PUT\\" request/,
      },
      { what: "a version", ...tag, path: `${tag.path}?api-version=7.1-preview.3`, status: 200 },
      { what: "a version to accept", ...tag, headers: { accept: "a/b;api-version=6.0" }, status: 200 },
      {
        what: "a version that will be",
        ...tag,
        path: `${tag.path}?api-version=9.0`,
        status: 400,
        says: /out of range/,
      },
      { what: "no version number", ...tag, path: `${tag.path}?api-version=new`, status: 400, says: /'new'/ },
      // A filter that were ignored would find everything.
      { what: "a filter", path: `${builds}?queues=4`, status: 501, says: /query parameter queues of GET/ },
      { what: "a filter in another case", path: `${builds}?BUILDIDS=7`, status: 200, says: /"count":0/ },
      { what: "a filter without value", path: `${builds}?queues=`, status: 200, says: /"count":1/ },
      { what: "a reason", path: `${builds}?reasonFilter=whim`, status: 400, says: /'whim' of reasonFilter/ },
      { what: "a flag", path: `${builds}?statusFilter=16`, status: 400, says: /'16' of statusFilter/ },
      {
        what: "services",
        path: "/_apis/connectionData?connectOptions=1",
        status: 501,
        says: /connectOptions/,
      },
      {
        what: "logs",
        path: `${builds}/41/logs`,
        status: 501,
        says: /no GET \/local\/local\/_apis\/build\/builds\/41\/logs/,
      },
      // https://learn.microsoft.com/rest/api/azure/devops/test/runs/query, which has the address of the list
      { what: "runs", path: "/local/_apis/test/runs?minLastUpdatedDate=soon", status: 400, says: /'soon'/ },
      { what: "a role", path: "/_apis/packaging/feeds?feedRole=4", status: 200, says: /"count":1/ },
      {
        what: "no role",
        path: "/_apis/packaging/feeds?feedRole=owner",
        status: 400,
        says: /'owner' of feedRole/,
      },
    ]);
  });

  // https://github.com/actions/runner/blob/main/src/Sdk/WebApi/WebApi/VssJsonMediaTypeFormatter.cs; the regular expression for dates is in
  // azure-devops-extension-api/Common/Util/Serialization.
  it("the local Azure DevOps writes an answer as the parameters of Accept ask for it", async () => {
    const seen = async (path: string, parameters: string) => {
      const { text } = await send(path, {
        headers: { accept: `application/json;api-version=7.1;${parameters}` },
      });
      return text;
    };
    const builds = "/local/_apis/build/builds";
    const [plain, all] = [await seen(builds, "noArrayWrap=false"), await seen(builds, everyForm)];
    assert.match(plain, /^\{"count":1,"value":\[/);
    assert.match(
      plain,
      /"status":"completed","result":"succeeded","reason":"manual".*"finishTime":"2026-11-20T10:00:00.000Z"/,
    );
    assert.match(all, /^\[\{"id":41,.*"status":2,"result":2,"reason":1,/);
    assert.match(all, /"finishTime":"\\\/Date\(1795168800000\)\\\/"/);
    assert.match(await seen(builds, "noArrayWrap=TRUE"), /^\[.*"status":"completed"/);
    assert.match(await seen(`${builds}/41`, everyForm), /^\{"id":41,.*"status":2,/);
    assert.match(
      await seen("/_apis/projects", "enumsAsNumbers=true"),
      /^\{"count":1.*"state":1,"visibility":0/,
    );
    const definitions = await seen("/local/_apis/build/definitions", everyForm);
    assert.match(definitions, /"type":2,"quality":1,"queueStatus":0/);
    assert.match(await seen("/_apis/packaging/feeds/weather/views", everyForm), /"name":"Local","type":2/);
    assert.match(
      await seen("/_apis/projects/none", everyForm),
      /"typeKey":"ProjectDoesNotExistWithNameException"/,
    );
  });

  async function check(cases: readonly Case[]): Promise<void> {
    for (const { what, status, says = /^/, ...request } of cases) {
      const answer = await send(request.path, request);
      assert.equal(answer.status, status, `${what}: ${answer.text}`);
      assert.match(answer.text, says, what);
    }
  }
});
