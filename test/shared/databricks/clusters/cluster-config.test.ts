import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  jobClusterSpec,
  readClusterConfig,
  transientClusterSpec,
} from "../../../../shared/databricks/clusters/cluster-config.ts";

const intent = "contoso/weather/12/42/0123456789ab";

describe("cluster configs", () => {
  let folder: string;
  let warnings: string[];
  beforeEach(async () => {
    warnings = [];
    folder = await mkdtemp(path.join(os.tmpdir(), "cluster-config-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const log = { warning: (text: string) => void warnings.push(text) };
  const read = async (text: string) => {
    const file = path.join(folder, "cluster.json");
    await writeFile(file, text);
    return readClusterConfig(file, log);
  };

  it("a cluster config is refused if it is not JSON, with line and column", () =>
    assert.rejects(read('{\n  "instance_pool_id": pool\n}'), /line 2, column 23/));

  it("a cluster config is refused if it does not say which machines to use", () =>
    assert.rejects(
      read('{"cluster_name": "a"}'),
      /: it names neither instance_pool_id nor node_type_id nor policy_id, so .*; add one of them\.$/,
    ));

  it("a misspelt field of a cluster config gets a warning with the nearest known one", async () => {
    await read('{"policy_id": "p", "num_wrokers": 2}');
    assert.match(
      warnings.join("\n"),
      /^There is an unknown field "num_wrokers" in the cluster config \S+cluster\.json; did you mean "num_workers"\?$/,
    );
  });

  it("other unknown fields of a cluster config get one warning, because they may be new ones", async () => {
    await read('{"policy_id": "p", "quantum_cores": 2, "creator_user_name": "x"}');
    assert.match(
      warnings.join("\n"),
      /^There are fields in .* does not know: quantum_cores, creator_user_name; if they are not in https:\S+, remove them\.$/,
    );
  });

  it("a rendered cluster config gets no second warning after that of DatabricksRenderClusterConfig", async () => {
    await read(JSON.stringify({ policy_id: "p", num_wrokers: 2, custom_tags: { "notebook-ops": intent } }));
    assert.deepEqual(warnings, []);
  });

  for (const machines of [
    { instance_pool_id: "pool-1" },
    { node_type_id: "Standard_DS3_v2" },
    { policy_id: "policy-1" },
  ])
    it(`a cluster config needs no machines but ${Object.keys(machines)[0]}`, async () =>
      assert.deepEqual(await read(JSON.stringify(machines)), machines));

  for (const field of ["instance_pool_id", "node_type_id", "policy_id"])
    for (const value of ["", null])
      it(`a cluster config is refused if it has only ${field}: ${JSON.stringify(value)}`, () =>
        assert.rejects(read(JSON.stringify({ [field]: value })), /names neither instance_pool_id nor/));

  for (const text of ["null", "1", '"text"', "true"])
    it(`a cluster config is refused if it is ${text}`, () =>
      assert.rejects(read(text), /JSON but not an object/));

  it("a cluster config is refused with the system's error code if it cannot be read", () =>
    assert.rejects(readClusterConfig(folder, log), /: reading it failed with EISDIR; run DatabricksRender/));

  it("a cluster config is refused if it is a list", () =>
    assert.rejects(read("[]"), /JSON but not an object/));

  it("a cluster config is refused if it does not exist, with the task that writes it", () =>
    assert.rejects(
      readClusterConfig(path.join(folder, "absent.json"), log),
      /absent.json: it does not exist; run DatabricksRenderClusterConfig before/,
    ));

  it("a cluster config keeps the user's tags beside the tag of the intent", () => {
    const spec = transientClusterSpec({ custom_tags: { team: "weather" } }, intent);
    assert.deepEqual(spec.custom_tags, { team: "weather", "notebook-ops": intent });
  });

  it("a cluster config is refused if it has 45 tags, which leave no room for the tag of the intent", () => {
    const custom_tags = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`tag${index}`, "x"]));
    assert.throws(
      () => transientClusterSpec({ custom_tags }, intent),
      /: it would have 46 custom_tags, and Databricks allows 45; remove one\.$/,
    );
  });

  it("a cluster config may have 44 tags of the user", () => {
    const custom_tags = Object.fromEntries(Array.from({ length: 44 }, (_, index) => [`tag${index}`, "x"]));
    assert.equal(Object.keys(transientClusterSpec({ custom_tags }, intent).custom_tags ?? {}).length, 45);
  });

  it("a cluster config gets the tag of the intent in place of an earlier one", () => {
    const again = transientClusterSpec({ custom_tags: { "notebook-ops": "earlier" } }, intent);
    assert.deepEqual(again.custom_tags, { "notebook-ops": intent });
  });

  it("a cluster config is refused for a job cluster, too, if it has 45 tags", () => {
    const custom_tags = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`tag${index}`, "x"]));
    assert.throws(
      () => jobClusterSpec({ custom_tags }, intent),
      /46 custom_tags, and Databricks allows 45; /,
    );
  });

  it("a cluster config is copied and not changed when the tag is added", () => {
    const spec = { custom_tags: { team: "weather" } };
    transientClusterSpec(spec, intent);
    assert.deepEqual(spec, { custom_tags: { team: "weather" } });
  });

  for (const cluster_name of [undefined, ""])
    it(`a cluster config gets a name from the intent if its name is ${JSON.stringify(cluster_name)}`, () =>
      assert.equal(transientClusterSpec({ cluster_name }, intent).cluster_name, "notebook-ops-0123456789ab"));

  it("a cluster config keeps its name", () =>
    assert.equal(transientClusterSpec({ cluster_name: "weather" }, intent).cluster_name, "weather"));

  for (const autotermination_minutes of [undefined, 0])
    it(`a cluster config gets an autotermination of 30 minutes if it has ${autotermination_minutes}`, () =>
      assert.equal(transientClusterSpec({ autotermination_minutes }, intent).autotermination_minutes, 30));

  it("a cluster config keeps an autotermination of 10 minutes", () =>
    assert.equal(transientClusterSpec({ autotermination_minutes: 10 }, intent).autotermination_minutes, 10));

  it("a cluster config loses its name and autotermination for a job cluster, because the Jobs API rejects them", () => {
    const spec = jobClusterSpec({ cluster_name: "a", autotermination_minutes: 10, num_workers: 1 }, intent);
    assert.deepEqual(spec, { num_workers: 1, custom_tags: { "notebook-ops": intent } });
  });
});
