import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { JsonObject } from "../../../shared/text/json.ts";
import { assign } from "../../../tasks/DatabricksRenderClusterConfig/assign.ts";
import { parseAssignments } from "../../../tasks/DatabricksRenderClusterConfig/assignments.ts";
import { refuseSecrets } from "../../../tasks/DatabricksRenderClusterConfig/secrets.ts";
import { writeAtomically } from "../../../tasks/DatabricksRenderClusterConfig/write-atomically.ts";

function assigned(config: JsonObject, values: string): JsonObject {
  for (const assignment of parseAssignments(values)) assign(config, assignment);
  return config;
}

describe("the values of a cluster config", () => {
  const cases: [template: JsonObject, line: string, expected: JsonObject][] = [
    [{}, "a=1", { a: 1 }],
    [{}, "a=1.5e3", { a: 1500 }],
    [{}, "a=null", { a: null }],
    [{}, 'a={"b": [1]}', { a: { b: [1] } }],
    [{}, "a=01", { a: "01" }],
    [{}, "a==", { a: "=" }],
    [{}, "a.b.c=x", { a: { b: { c: "x" } } }],
    [{}, "a[0].b=x", { a: [{ b: "x" }] }],
    [{}, "a.0.b=x", { a: [{ b: "x" }] }],
    [{}, 'a["0"].b=x', { a: { "0": { b: "x" } } }],
    [{ a: [1, 2] }, "a[1]=3", { a: [1, 3] }],
    [{ a: [1, 2] }, "a[2]=3", { a: [1, 2, 3] }],
    [{ a: null }, "a.b=x", { a: { b: "x" } }],
    [{ "a.b": { c: 1 } }, "a.b.c=2", { "a.b": { c: 2 } }],
    [{ "a.b.c": 1, "a.b": {} }, "a.b.c=2", { "a.b.c": 2, "a.b": {} }],
    [{ "a.b": 1 }, 'a["b"]=2', { "a.b": 1, a: { b: 2 } }],
    [{}, "spark_conf.a.0.b=true", { spark_conf: { "a.0.b": "true" } }],
    [{}, 'spark_conf.a="1"', { spark_conf: { a: "1" } }],
    [{}, "spark_env_vars.A=1", { spark_env_vars: { A: "1" } }],
    [{}, "custom_tags.a.b=null", { custom_tags: { "a.b": "null" } }],
    [{}, "custom_tags.0=x", { custom_tags: { "0": "x" } }],
    [{}, 'custom_tags["a=b"]=c', { custom_tags: { "a=b": "c" } }],
    [{}, "custom_tags['a\\']=c", { custom_tags: { "a\\": "c" } }],
    [{}, 'custom_tags["a\\"b"]=c', { custom_tags: { 'a"b': "c" } }],
    [{}, 'spark_conf={"a": 1}', { spark_conf: { a: 1 } }],
    [{ spark_conf: null }, "spark_conf.a=1", { spark_conf: { a: "1" } }],
    [{}, "# a=1\r\n\r\n  b=2  ", { b: 2 }],
    [{}, "a=1\na=2", { a: 2 }],
  ];
  for (const [template, line, expected] of cases)
    it(`sets the value of the line ${JSON.stringify(line)} in ${JSON.stringify(template)}`, () =>
      assert.deepEqual(assigned(structuredClone(template), line), expected));

  const refused: [template: JsonObject, line: string, problem: RegExp][] = [
    [{ a: "text" }, "a.b=1", /'a' is a string in the template/],
    [{ a: 1 }, "a.b=1", /'a' is a number in the template/],
    [{ spark_conf: [] }, "spark_conf.a=1", /'spark_conf' is a list in the template/],
    [{ spark_conf: "x" }, "spark_conf.a=1", /'spark_conf' is a string in the template/],
    [{ a: [1] }, "a[2]=1", /a list of 1 items there; give a number from 0 to 1; 1 adds an item/],
    [{ a: [1] }, "a.b=1", /a list of 1/],
    [{ a: [1] }, 'a["0"]=1', /a list of 1/],
    [{}, "a[1]=1", /a list of 0 items there; give a number from 0 to 0;/],
    [{}, "=1", /read the line '=…' /],
    [{}, "[0]=1", /read the line '/],
    [{}, '["a"]=1', /read the line '/],
    [{}, "a b=1", /read the line 'a b=…' /],
    [{}, "a..b=1", /read the line '/],
    [{}, "a.=1", /read the line '/],
    [{}, "a[=1", /read the line '/],
    [{}, 'a["b=1', /read the line '/],
    [{}, "a", /read the line 'a' of .*: it is not of the form/],
    [{}, "__proto__.a=1", /has no field '__proto__'/],
    [{}, "a.constructor.b=1", /has no field 'constructor'/],
    [{}, 'a["prototype"]=1', /has no field 'prototype'/],
    [{}, "spark_conf.__proto__=1", /has no field '__proto__'/],
  ];
  for (const [template, line, problem] of refused)
    it(`refuses the line ${JSON.stringify(line)} for ${JSON.stringify(template)}`, () =>
      assert.throws(() => assigned(structuredClone(template), line), {
        name: "InputError",
        message: problem,
      }));

  it("does not repeat the value of a malformed line, which may be a secret", () => {
    assert.throws(
      () => parseAssignments("a b=hunter2=x"),
      (error: Error) => !error.message.includes("hunter2"),
    );
  });
});

describe("a secret in a cluster config", () => {
  const guid = "7d1c2b9e-0f4e-4a7e-9d35-0b7a3c1e8f66";
  const oauth = "fs.azure.account.oauth2.client";
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const cases: [what: string, config: JsonObject, secret: string, isRefused: boolean][] = [
    ["the whole of a field", { a: "hunter" }, "hunter", true],
    ["a part of a field", { a: "xhunterx" }, "hunter", true],
    ["an item of a list", { a: [["hunter2"]] }, "hunter2", true],
    ["in the name of a field", { a: { "x-hunter2": 1 } }, "hunter2", true],
    ["base64 encoded in a field", { a: base64("user:hunter2-hunter2") }, "hunter2-hunter2", true],
    ["a field with one of its lines", { a: "second line" }, "first line\nsecond line", true],
    ["five characters long and a whole field", { a: "abcde" }, "abcde", true],
    ["four characters long and a whole field", { a: "abcd" }, "abcd", true],
    ["five characters long within a longer text", { a: "xabcdex" }, "abcde", false],
    ["three characters long", { a: "abc" }, "abc", false],
    ["empty", { a: "" }, "", false],
    ["in no field", { a: "b" }, "hunter2", false],
    ["in a number", { a: 123456 }, "123456", false],
    ["referenced by its scope", { a: "{{secrets/scope/key}}" }, "hunter2", false],
    ["the id of the pool", { instance_pool_id: "pool-4711" }, "pool-4711", false],
    ["the id of the driver's pool", { driver_instance_pool_id: "pool-4711" }, "pool-4711", false],
    ["the id of the policy", { policy_id: "policy-1" }, "policy-1", false],
    ["within the id of the pool", { instance_pool_id: "pool-4711-x" }, "pool-4711", true],
    ["the value of a field like instance_pool_id", { my_instance_pool_id: "pool-4711" }, "pool-4711", true],
    ["the id of a pool in a nested object", { a: { instance_pool_id: "pool-4711" } }, "pool-4711", true],
    ["the value of a field like policy_id", { policy_id_x: "policy-1" }, "policy-1", true],
    ["a client's GUID", { spark_conf: { [`${oauth}.id`]: guid } }, guid, false],
    [
      "a client's GUID in capitals",
      { spark_conf: { [`${oauth}.id`]: guid.toUpperCase() } },
      guid.toUpperCase(),
      false,
    ],
    [
      "a client's GUID for one account",
      { spark_conf: { [`${oauth}.id.lake.dfs.core.windows.net`]: guid } },
      guid,
      false,
    ],
    [
      "a tenant's GUID in its endpoint",
      { spark_conf: { [`${oauth}.endpoint`]: `https://login.microsoftonline.com/${guid}/oauth2/token` } },
      guid,
      false,
    ],
    ["a GUID that is a client's secret", { spark_conf: { [`${oauth}.secret`]: guid } }, guid, true],
    ["a GUID in a field like a client's id", { spark_conf: { [`${oauth}.identity`]: guid } }, guid, true],
    ["a GUID elsewhere in spark_conf", { spark_conf: { "spark.id": guid } }, guid, true],
    ["a GUID elsewhere", { single_user_name: guid }, guid, true],
    ["a client's GUID in the environment", { spark_env_vars: { AZURE_CLIENT_ID: guid } }, guid, false],
    ["a tenant's GUID in the environment", { spark_env_vars: { AZURE_TENANT_ID: guid } }, guid, false],
    [
      "a GUID that is a secret in the environment",
      { spark_env_vars: { AZURE_CLIENT_SECRET: guid } },
      guid,
      true,
    ],
    [
      "a client's id that lacks the last digit of a GUID",
      { spark_env_vars: { A_CLIENT_ID: guid.slice(0, -1) } },
      guid.slice(0, -1),
      true,
    ],
    [
      "a password in the field of a client's id",
      { spark_conf: { [`${oauth}.id`]: "hunter2" } },
      "hunter2",
      true,
    ],
  ];
  for (const [what, config, secret, isRefused] of cases)
    it(`${isRefused ? "refuses" : "accepts"} a config whose secret is ${what}`, () => {
      const check = () => refuseSecrets(config, ["another secret", secret]);
      if (isRefused)
        assert.throws(check, (error: Error) =>
          /would contain the value of a secret variable.*write \{\{secrets\/scope\/key\}\} instead/.test(
            error.message,
          ),
        );
      else assert.doesNotThrow(check);
    });

  it("refuses a secret with the name of its field and no part of its value", () => {
    const config = { spark_env_vars: { TOKEN: "hunter2-hunter2" } };
    assert.throws(
      () => refuseSecrets(config, ["hunter2-hunter2"]),
      (error: Error) =>
        error.message.includes("'spark_env_vars.TOKEN'") && !error.message.includes("hunter2"),
    );
  });
});

describe("the file of a rendered cluster config", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-render-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("writes the config file and the folders that lead to it", async () => {
    const file = path.join(folder, "a", "b", "config.json");
    await writeAtomically(file, "text");
    assert.equal(await readFile(file, "utf8"), "text");
    assert.deepEqual(await readdir(path.dirname(file)), ["config.json"]);
  });

  it("leaves no partial config file if it cannot be moved into its place", async () => {
    const file = path.join(folder, "config.json");
    await mkdir(path.join(file, "in the way"), { recursive: true });
    await assert.rejects(writeAtomically(file, "text"));
    assert.deepEqual(await readdir(folder), ["config.json"]);
  });
});
