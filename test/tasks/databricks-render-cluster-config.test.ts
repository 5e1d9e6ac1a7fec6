import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { assertGolden } from "../harness/golden.ts";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";

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
    it(`fills a template in, tags it and says where it is (${node})`, async () => {
      await using folder = await workFolder(JSON.stringify(template));
      const result = await render(folder, {
        node,
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
        secretVariables: { PoolId: "pool-4711", ClientId: clientId },
      });
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(result.variables.ClusterName, "notebook-ops-345");
      assert.equal(result.variables.ClusterConfigPath, path.join(folder.path, "cluster-config.json"));
      const text = await readFile(result.variables.ClusterConfigPath, "utf8");
      assertGolden(import.meta.url, "cluster-config.json", text.replace(/\/[0-9a-f]{12}"/, '/INTENT"'));
      assert(!(await readdir(folder.path)).some((file) => file.endsWith(".part")));
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
    it(`types ${line}`, async () => {
      await using folder = await workFolder(JSON.stringify(template));
      const result = await render(folder, { values: `${pool}\n${line}` });
      assert.deepEqual((await rendered(result))[field], expected, result.log);
    });

  for (const [line, key] of [
    ["spark_conf.spark.new.key=1", "spark.new.key"],
    ['spark_conf["spark.new.key"]=1', "spark.new.key"],
    ["spark_conf['spark=new']=1", "spark=new"],
    ["spark_conf.spark\\.new\\.key=1", "spark.new.key"],
  ] as const)
    it(`takes ${line} as one name, and its value as text`, async () => {
      await using folder = await workFolder(JSON.stringify(template));
      const result = await render(folder, { values: `${pool}\n${line}` });
      assert.equal(((await rendered(result)).spark_conf as Record<string, unknown>)[key], "1");
    });

  for (const [name, content, values, problem] of [
    ["not JSON", '{\n  "a": 1,\n  b\n}', pool, /which is not JSON: line 3, column 3 /],
    ["a list", "[]", pool, /which is JSON but not an object/],
    ["no pool and no node type", "{}", "", /names neither instance_pool_id nor node_type_id nor policy_id/],
    [
      "a line without =",
      "{}",
      "instance_pool_id",
      /holds the line 'instance_pool_id': write it as path\.to\.field=value/,
    ],
    ["a prototype", "{}", "__proto__.polluted=1", /a cluster config has no '__proto__'/],
    ["a constructor", "{}", 'a["constructor"].b=1', /a cluster config has no 'constructor'/],
    ["a path through a text", '{"a":"b"}', "a.c=1", /'a' is a string in the template/],
    ["a far list item", '{"a":[1]}', "a[5]=1", /a list of 1: name an item from 0 to 1/],
  ] as const)
    it(`refuses ${name} in one sentence, and writes nothing`, async () => {
      await using folder = await workFolder(content);
      const result = await render(folder, { values });
      assert.equal(errors(result).length, 1, result.log);
      assert.match(errors(result)[0]!, problem);
      assert.deepEqual(await readdir(folder.path), ["template.json"]);
    });

  for (const machines of ["instance_pool_id", "node_type_id", "policy_id"])
    it(`needs nothing but ${machines} to say which machines to use`, async () => {
      await using folder = await workFolder("{}");
      const result = await render(folder, { values: `${machines}=a-1` });
      assert.equal(result.result, "succeeded", result.log);
      const { custom_tags: _tags, ...config } = await rendered(result);
      assert.deepEqual(config, {
        [machines]: "a-1",
        cluster_name: "notebook-ops-345",
        autotermination_minutes: 30,
      });
    });

  it("sets name and time to autotermination, whatever the template and the values say", async () => {
    await using folder = await workFolder('{"cluster_name": "theirs", "autotermination_minutes": 0}');
    const result = await render(folder, {
      values: `${pool}\ncluster_name=other\nautotermination_minutes=0`,
      inputs: { clusterName: "weather", autoterminationMinutes: "10" },
    });
    const { cluster_name, autotermination_minutes } = await rendered(result);
    assert.deepEqual([cluster_name, autotermination_minutes], ["weather", 10]);
  });

  for (const autoterminationMinutes of ["9", "10001", "0"])
    it(`refuses autoterminationMinutes ${autoterminationMinutes}, which Databricks does not take`, async () => {
      await using folder = await workFolder(JSON.stringify(template));
      const result = await render(folder, { values: pool, inputs: { autoterminationMinutes } });
      assert.match(errors(result)[0]!, /give it a whole number from 10 to 10000/);
    });

  it("replaces an earlier config whole", async () => {
    await using folder = await workFolder(JSON.stringify(template));
    const output = path.join(folder.path, "cluster-config.json");
    await writeFile(output, "x".repeat(100_000));
    await rendered(await render(folder, { values: pool }));
    assert.deepEqual(await readdir(folder.path), ["cluster-config.json", "template.json"]);
  });

  it("refuses a template that cannot be read, and one whose tags leave no room", async () => {
    const custom_tags = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`tag${index}`, "x"]));
    await using folder = await workFolder(JSON.stringify({ ...template, custom_tags }));
    assert.match(
      errors(await render(folder, { values: pool }))[0]!,
      /46 custom_tags where Databricks allows 45/,
    );
    const unreadable = await render(folder, { template: folder.path, sourcesFolder: tmpdir() });
    assert.match(errors(unreadable)[0]!, /which cannot be read \(EISDIR\); correct the input 'template'/);
  });

  it("says that the template is missing", async () => {
    await using folder = await workFolder("{}");
    const result = await render(folder, { template: "elsewhere.json" });
    assert.match(
      errors(result)[0]!,
      /^Read the template .*elsewhere\.json, which does not exist; correct the input/,
    );
  });

  for (const [name, line] of [
    ["as a field", "single_user_name=$(Password)"],
    ["inside a longer text", "spark_env_vars.URL=https://user:$(Password)@host"],
    ["as a name", 'custom_tags["$(Password)"]=1'],
    ["base64 encoded", `spark_env_vars.AUTH=${Buffer.from("user:hunter2-hunter2").toString("base64")}`],
    ["as a pool with more around it", "instance_pool_id=x$(Password)"],
    [
      "where an identifier stands that is no GUID",
      'spark_conf["fs.azure.account.oauth2.client.id"]=$(Password)',
    ],
  ] as const)
    it(`refuses a secret ${name}`, async () => {
      await using folder = await workFolder(JSON.stringify(template));
      const result = await render(folder, {
        values: `${pool}\n${line}`,
        secretVariables: { Password: "hunter2-hunter2" },
      });
      assert.match(
        errors(result)[0]!,
        /would hold the value of a secret variable.* write \{\{secrets\/scope\/key\}\}/,
      );
      assert.deepEqual(await readdir(folder.path), ["template.json"]);
    });
});

interface WorkFolder extends AsyncDisposable {
  path: string;
}

async function workFolder(content: string): Promise<WorkFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-render-"));
  await writeFile(path.join(folder, "template.json"), content);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

interface RenderOptions extends Partial<RunTaskOptions> {
  values?: string;
  template?: string;
}

function render(
  folder: WorkFolder,
  { values = "", template = "template.json", ...more }: RenderOptions = {},
) {
  return runTask({
    task: "DatabricksRenderClusterConfig",
    sourcesFolder: folder.path,
    variables: {
      "System.CollectionUri": "https://dev.azure.com/contoso/",
      "System.TeamProject": "weather",
      "System.DefinitionId": "12",
      "Build.BuildId": "345",
    },
    ...more,
    inputs: { template, values, output: "cluster-config.json", ...more.inputs },
  });
}

async function rendered(result: Awaited<ReturnType<typeof render>>): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(result.variables.ClusterConfigPath!, "utf8"));
}
