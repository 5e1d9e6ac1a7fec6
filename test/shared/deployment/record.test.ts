import assert from "node:assert/strict";
import {
  formatRecord,
  isEnvironment,
  newRecord,
  parseRecord,
  recordFile,
} from "../../../shared/deployment/record.ts";

const sha256 = "a".repeat(64);
const object = { path: "jobs/ingest", file: "jobs/ingest.py", sha256 };
const record = newRecord({
  state: "deployed",
  environment: "qa",
  workspaceFolder: "/Shared/weather",
  artifact: { name: "weather", version: "1.2.3", digest: `sha256:${sha256}` },
  deployedOn: "2026-11-21T19:30:00.000Z",
  buildId: "42",
  objects: [object],
});
const parsed = (change: object) => parseRecord(JSON.stringify({ ...record, ...change }));
const withArtifact = (change: object) => ({ artifact: { ...record.artifact, ...change } });
const withObject = (change: object) => ({ objects: [object, { ...object, ...change }] });

describe("the record of a deployment, which anyone may have changed", () => {
  it("the record of a deployment is parsed as it was written", () => {
    assert.deepEqual(parseRecord(formatRecord(record)), record);
  });

  for (const change of [{ state: "deploying" }, { buildId: undefined }, { objects: [] }])
    it(`the record of a deployment is parsed with ${JSON.stringify(change)}`, () => {
      assert.deepEqual(parsed(change), { ...record, ...change });
    });

  it("parsing the record of a deployment drops fields that a deployment does not write", () => {
    const added = { ...record, more: 1, objects: [{ ...object, more: 1 }] };
    assert.deepEqual(parseRecord(JSON.stringify(added)), record);
  });

  const id = "5d1e7a52-8d2c-4c0e-9f6b-1a2b3c4d5e6f";
  const item = { path: "ETL: daily", file: "etl.py", sha256, itemId: id };
  const inFabric = { workspaceFolder: `fabric://${id}/weather`, objects: [item] };

  it("the record of a deployment in Fabric is parsed with items of any name", () => {
    assert.deepEqual(parsed(inFabric), { ...record, ...inFabric });
    assert.equal(parsed({ objects: [item] }), undefined);
  });

  for (const [what, change] of [
    ["a workspace that has no id", { workspaceFolder: "fabric://Weather/weather" }],
    ["another package", { workspaceFolder: `fabric://${id}/storm` }],
    ["an item whose id is none", { objects: [{ ...item, itemId: "../.." }] }],
    ["an item whose name has two lines", { objects: [{ ...item, path: "etl\n##vso[task.complete]" }] }],
    ["a record among the items", { objects: [{ ...item, path: "notebook-ops-deployment-weather" }] }],
  ] as const)
    it(`the record of a deployment in Fabric is invalid with ${what}`, () => {
      assert.equal(parsed({ ...inFabric, ...change }), undefined);
    });

  for (const [what, change] of [
    ["another schema", { schema: "notebook-ops/deployment/2" }],
    ["another state", { state: "done" }],
    ["an environment that is none", { environment: "qa\n##vso[task.complete]" }],
    ["a relative folder", { workspaceFolder: "Shared/weather" }],
    ["no folder", { workspaceFolder: undefined }],
    ["a package name that is none", withArtifact({ name: "../weather" })],
    ["a version that is none", withArtifact({ version: "latest" })],
    ["a digest of another form", withArtifact({ digest: sha256 })],
    ["more than a digest", withArtifact({ digest: `sha256:${sha256}0` })],
    ["no artifact", { artifact: undefined }],
    ["a time of another form", { deployedOn: "yesterday" }],
    ["more than a time", { deployedOn: "2026-11-21T19:30:00.000Z; see https://example.org" }],
    ["a build id with other characters", { buildId: "42](https://example.org)" }],
    ["a build id that is too long", { buildId: "4".repeat(65) }],
    ["objects that are not a list", { objects: {} }],
    ["an object above the folder", withObject({ path: "../other" })],
    ["an absolute object", withObject({ path: "/Shared/other" })],
    ["itself among the objects", withObject({ path: recordFile })],
    ["a file that leads elsewhere", withObject({ file: "../../etc/passwd" })],
    ["a hash of another form", withObject({ sha256: sha256.toUpperCase() })],
    ["an object that is null", { objects: [null] }],
    ["an object without a hash", withObject({ sha256: undefined })],
  ] as const)
    it(`the record of a deployment is invalid with ${what}`, () => assert.equal(parsed(change), undefined));

  for (const text of ["", "null", "[]", '"text"', "{", "{}"])
    it(`the record of a deployment is invalid if it is ${text || "empty"}`, () =>
      assert.equal(parseRecord(text), undefined));
});

describe("the name of an environment", () => {
  for (const name of ["qa", "QA 2", "x", "a.b_c-d", "a".repeat(64)])
    it(`the name of an environment may be ${name}`, () => assert.ok(isEnvironment(name)));
  for (const name of ["", " qa", "-qa", "qa/prod", "qa\n", "größe", "a".repeat(65)])
    it(`the name of an environment may not be ${JSON.stringify(name)}`, () =>
      assert.ok(!isEnvironment(name)));
});
