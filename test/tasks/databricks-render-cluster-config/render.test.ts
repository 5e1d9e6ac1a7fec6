import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { assertGolden } from "../../harness/golden.ts";
import { errors } from "../../harness/run-task.ts";
import { type TaskFixture, taskFixture } from "../../harness/task-fixture.ts";

const template = {
  spark_version: "15.4.x-scala2.12",
  instance_pool_id: "",
  num_workers: 1,
  spark_conf: {
    "spark.databricks.passthrough.enabled": "true",
    "fs.azure.account.oauth2.client.id.datalake.dfs.core.windows.net": "",
    "fs.azure.account.oauth2.client.secret.datalake.dfs.core.windows.net":
      "{{secrets/weather/client-secret}}",
  },
  custom_tags: { team: "weather" },
  init_scripts: [{ workspace: { destination: "/a.sh" } }],
};
const pool = "instance_pool_id=pool-1";
const clientId = "7d1c2b9e-0f4e-4a7e-9d35-0b7a3c1e8f66";

describe("DatabricksRenderClusterConfig", () => {
  for (const node of ["Node24", "Node20_1"] as const)
    it(`writes the template with its values and tags, and sets the path as a variable (${node})`, async () => {
      await using step = await renderConfig();
      const result = await step.run({
        inputs: {
          values: `
          # from the key vault
          instance_pool_id=$(PoolId)
          spark_conf["fs.azure.account.oauth2.client.id.datalake.dfs.core.windows.net"]=$(ClientId)
          spark_conf.spark.databricks.passthrough.enabled=false
          spark_conf.spark.speculation=true
          num_workers=2
          init_scripts[1].workspace.destination=/b.sh
          azure_attributes.availability=SPOT_AZURE
          data_security_mode=SINGLE_USER`,
        },
        node,
        secretVariables: { PoolId: "pool-4711", ClientId: clientId },
      });
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(result.variables.ClusterName, "notebook-ops-345");
      assert.equal(result.variables.ClusterConfigPath, path.join(step.sourcesFolder, "cluster-config.json"));
      const text = await readFile(result.variables.ClusterConfigPath, "utf8");
      assertGolden(import.meta.url, "cluster-config.json", text.replace(/\/[0-9a-f]{12}"/, '/INTENT"'));
      assert(!(await readdir(step.sourcesFolder)).some((file) => file.endsWith(".part")));
    });

  it("warns of a misspelt field of the input values, with the nearest known one", async () => {
    await using step = await renderConfig();
    const result = await step.run({ inputs: { values: `${pool}\nnum_wrokers=3` } });
    assert.equal(result.result, "succeeded", result.log);
    const [warning, ...others] = result.issues.filter(({ type }) => type === "warning");
    assert.match(warning!.message, /unknown field "num_wrokers" in .*; did you mean "num_workers"\?$/);
    assert.deepEqual(others, []);
  });

  for (const [line, field, expected] of [
    ["num_workers=3", "num_workers", 3],
    ["autoscale.min_workers=1", "autoscale", { min_workers: 1 }],
    ['ssh_public_keys=["a"]', "ssh_public_keys", ["a"]],
    ["enable_elastic_disk=true", "enable_elastic_disk", true],
    ["single_user_name=a = b", "single_user_name", "a = b"],
    ["single_user_name=", "single_user_name", ""],
    ["single_user_name = 007", "single_user_name", "007"],
    ["init_scripts.0.workspace.destination=/c.sh", "init_scripts", [{ workspace: { destination: "/c.sh" } }]],
    ["policy_id=null", "policy_id", null],
    ["docker_image.url=a=b", "docker_image", { url: "a=b" }],
  ] as const)
    it(`sets the value of the line ${line} by its JSON type`, async () => {
      await using step = await renderConfig();
      const result = await step.run({ inputs: { values: `${pool}\n${line}` } });
      assert.deepEqual((await rendered(result))[field], expected, result.log);
    });

  for (const [line, key] of [
    ["spark_conf.spark.new.key=1", "spark.new.key"],
    ['spark_conf["spark.new.key"]=1', "spark.new.key"],
    ["spark_conf['spark=new']=1", "spark=new"],
    ["spark_conf.spark\\.new\\.key=1", "spark.new.key"],
  ] as const)
    it(`reads the line ${line} as one name with a text value`, async () => {
      await using step = await renderConfig();
      const result = await step.run({ inputs: { values: `${pool}\n${line}` } });
      assert.equal(((await rendered(result)).spark_conf as Record<string, unknown>)[key], "1");
    });

  for (const [name, content, values, problem] of [
    ["a template that is not JSON", '{\n  "a": 1,\n  b\n}', pool, /it is not valid JSON at line 3, column 3/],
    ["a template that is a list", "[]", pool, /: it is JSON but not an object; write \{…\}/],
    [
      "a config without pool, node type and policy",
      "{}",
      "",
      /names neither instance_pool_id nor node_type_id nor policy_id/,
    ],
    [
      "a line without =",
      "{}",
      "instance_pool_id",
      /^Could not read the line 'instance_pool_id' .*: it is not of the form path\.to\.field=value;/,
    ],
    ["a path with __proto__", "{}", "__proto__.polluted=1", /a cluster config has no field '__proto__'/],
    ["a path with constructor", "{}", 'a["constructor"].b=1', /a cluster config has no field 'constructor'/],
    ["a path through a string", '{"a":"b"}', "a.c=1", /'a' is a string in the template/],
    [
      "an item beyond the end of a list",
      '{"a":[1]}',
      "a[5]=1",
      /a list of 1 items there; give a number from 0 to 1;/,
    ],
  ] as const)
    it(`refuses ${name} in one sentence, and writes nothing`, async () => {
      await using step = await renderConfig(content);
      const result = await step.run({ inputs: { values } });
      assert.equal(errors(result).length, 1, result.log);
      assert.match(errors(result)[0]!, problem);
      assert.deepEqual(await readdir(step.sourcesFolder), ["template.json"]);
    });

  for (const machines of ["instance_pool_id", "node_type_id", "policy_id"])
    it(`renders a config that names its machines by ${machines} alone`, async () => {
      await using step = await renderConfig("{}");
      const result = await step.run({ inputs: { values: `${machines}=a-1` } });
      assert.equal(result.result, "succeeded", result.log);
      const { custom_tags: _tags, ...config } = await rendered(result);
      assert.deepEqual(config, {
        [machines]: "a-1",
        cluster_name: "notebook-ops-345",
        autotermination_minutes: 30,
      });
    });

  it("sets cluster_name and autotermination_minutes from its inputs, whatever template and values contain", async () => {
    await using step = await renderConfig('{"cluster_name": "theirs", "autotermination_minutes": 0}');
    const result = await step.run({
      inputs: {
        values: `${pool}\ncluster_name=other\nautotermination_minutes=0`,
        clusterName: "weather",
        autoterminationMinutes: "10",
      },
    });
    const { cluster_name, autotermination_minutes } = await rendered(result);
    assert.deepEqual([cluster_name, autotermination_minutes], ["weather", 10]);
  });

  for (const autoterminationMinutes of ["9", "10001", "0"])
    it(`refuses autoterminationMinutes ${autoterminationMinutes}, which Databricks does not accept`, async () => {
      await using step = await renderConfig();
      const result = await step.run({ inputs: { values: pool, autoterminationMinutes } });
      assert.match(errors(result)[0]!, /give a whole number from 10 to 10000/);
    });

  it("replaces an existing config file completely", async () => {
    await using step = await renderConfig();
    const output = path.join(step.sourcesFolder, "cluster-config.json");
    await writeFile(output, "x".repeat(100_000));
    await rendered(await step.run({ inputs: { values: pool } }));
    assert.deepEqual(await readdir(step.sourcesFolder), ["cluster-config.json", "template.json"]);
  });

  it("refuses a template that cannot be read, and one with too many tags", async () => {
    const custom_tags = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`tag${index}`, "x"]));
    await using step = await renderConfig(JSON.stringify({ ...template, custom_tags }));
    assert.match(
      errors(await step.run({ inputs: { values: pool } }))[0]!,
      /it would have 46 custom_tags, and Databricks allows 45;/,
    );
    const unreadable = await step.run({ inputs: { template: step.sourcesFolder }, sourcesFolder: tmpdir() });
    assert.match(errors(unreadable)[0]!, /: reading it failed with EISDIR; correct the input 'template'/);
  });

  it("fails and says so if the template does not exist", async () => {
    await using step = await renderConfig("{}");
    const result = await step.run({ inputs: { template: "elsewhere.json" } });
    assert.match(
      errors(result)[0]!,
      /^Could not read the template .*elsewhere\.json: it does not exist; correct the input/,
    );
  });

  for (const [name, line] of [
    ["as a field", "single_user_name=$(Password)"],
    ["inside a longer text", "spark_env_vars.URL=https://user:$(Password)@host"],
    ["as a name", 'custom_tags["$(Password)"]=1'],
    ["base64 encoded", `spark_env_vars.AUTH=${Buffer.from("user:hunter2-hunter2").toString("base64")}`],
    ["inside the id of a pool", "instance_pool_id=x$(Password)"],
    ["that is not a GUID as a client id", 'spark_conf["fs.azure.account.oauth2.client.id"]=$(Password)'],
  ] as const)
    it(`refuses the value of a secret ${name}`, async () => {
      await using step = await renderConfig();
      const result = await step.run({
        inputs: { values: `${pool}\n${line}` },
        secretVariables: { Password: "hunter2-hunter2" },
      });
      assert.match(
        errors(result)[0]!,
        /would contain the value of a secret variable.* write \{\{secrets\/scope\/key\}\}/,
      );
      assert.deepEqual(await readdir(step.sourcesFolder), ["template.json"]);
    });
});

/** DatabricksRenderClusterConfig with a template and no values. */
function renderConfig(content = JSON.stringify(template)): Promise<TaskFixture> {
  return taskFixture("DatabricksRenderClusterConfig", {
    files: { "template.json": content },
    inputs: { template: "template.json", output: "cluster-config.json" },
  });
}

async function rendered(result: StageResult): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(result.variables.ClusterConfigPath!, "utf8"));
}
