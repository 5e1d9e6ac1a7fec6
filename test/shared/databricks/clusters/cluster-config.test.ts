import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  forJob,
  readClusterConfig,
  transient,
} from "../../../../shared/databricks/clusters/cluster-config.ts";

const intent = "contoso/weather/12/42/0123456789ab";

describe("cluster config", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "cluster-config-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (text: string) => {
    const file = path.join(folder, "cluster.json");
    await writeFile(file, text);
    return readClusterConfig(file);
  };

  it("names line and column where it is not JSON", () =>
    assert.rejects(read('{\n  "instance_pool_id": pool\n}'), /which is not JSON: line 2, column 23/));

  it("is refused where nothing says which machines to use", () =>
    assert.rejects(
      read('{"cluster_name": "a"}'),
      /names neither instance_pool_id nor node_type_id nor policy_id; add one/,
    ));

  for (const machines of [
    { instance_pool_id: "pool-1" },
    { node_type_id: "Standard_DS3_v2" },
    { policy_id: "policy-1" },
  ])
    it(`needs nothing but ${Object.keys(machines)[0]} to say which machines to use`, async () =>
      assert.deepEqual(await read(JSON.stringify(machines)), machines));

  for (const field of ["instance_pool_id", "node_type_id", "policy_id"])
    for (const value of ["", null])
      it(`is refused where all that it says of machines is ${field}: ${JSON.stringify(value)}`, () =>
        assert.rejects(read(JSON.stringify({ [field]: value })), /names neither instance_pool_id nor/));

  for (const text of ["null", "1", '"text"', "true"])
    it(`is refused where it is ${text}`, () => assert.rejects(read(text), /JSON but not an object/));

  it("says why it cannot be read", () =>
    assert.rejects(readClusterConfig(folder), /which cannot be read \(EISDIR\); run DatabricksRender/));

  it("is refused where it is a list", () => assert.rejects(read("[]"), /JSON but not an object/));

  it("is looked for where the input says, and a missing one says what writes it", () =>
    assert.rejects(
      readClusterConfig(path.join(folder, "absent.json")),
      /absent.json, which does not exist; run DatabricksRenderClusterConfig before/,
    ));

  it("keeps the user's tags beside the intent's", () => {
    const spec = transient({ custom_tags: { team: "weather" } }, intent);
    assert.deepEqual(spec.custom_tags, { team: "weather", "notebook-ops": intent });
  });

  it("is refused where the user's tags leave no room", () => {
    const custom_tags = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`tag${index}`, "x"]));
    assert.throws(() => transient({ custom_tags }, intent), /46 custom_tags where Databricks allows 45/);
  });

  it("has room for 44 tags of the user's, and puts the intent's in the place of an earlier one", () => {
    const custom_tags = Object.fromEntries(Array.from({ length: 44 }, (_, index) => [`tag${index}`, "x"]));
    assert.equal(Object.keys(transient({ custom_tags }, intent).custom_tags ?? {}).length, 45);
    const again = transient({ custom_tags: { "notebook-ops": "earlier" } }, intent);
    assert.deepEqual(again.custom_tags, { "notebook-ops": intent });
  });

  it("is refused as a job cluster's, too, where the user's tags leave no room", () => {
    const custom_tags = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`tag${index}`, "x"]));
    assert.throws(() => forJob({ custom_tags }, intent), /46 custom_tags where Databricks allows 45/);
  });

  it("is not changed by being tagged", () => {
    const spec = { custom_tags: { team: "weather" } };
    transient(spec, intent);
    assert.deepEqual(spec, { custom_tags: { team: "weather" } });
  });

  for (const cluster_name of [undefined, ""])
    it(`is named after the intent where its name is ${JSON.stringify(cluster_name)}`, () =>
      assert.equal(transient({ cluster_name }, intent).cluster_name, "notebook-ops-0123456789ab"));

  it("keeps its name", () =>
    assert.equal(transient({ cluster_name: "weather" }, intent).cluster_name, "weather"));

  for (const autotermination_minutes of [undefined, 0])
    it(`ends an idle cluster after 30 minutes where it says ${autotermination_minutes}`, () =>
      assert.equal(transient({ autotermination_minutes }, intent).autotermination_minutes, 30));

  it("keeps another limit", () =>
    assert.equal(transient({ autotermination_minutes: 10 }, intent).autotermination_minutes, 10));

  it("leaves out for a job cluster what the Jobs API decides itself", () => {
    const spec = forJob({ cluster_name: "a", autotermination_minutes: 10, num_workers: 1 }, intent);
    assert.deepEqual(spec, { num_workers: 1, custom_tags: { "notebook-ops": intent } });
  });
});
