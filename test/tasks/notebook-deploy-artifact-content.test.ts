import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseRecord } from "../../shared/deployment/record.ts";
import { errors } from "../harness/run-task.ts";
import { DeploymentSite, first, notebook, second, target } from "./deployment-site.ts";

/** Of the requests of a second version that write: the lock is 1, the folder beside 2 to 8, the record 9, the switch 10 to 15. */
const locked = 1;
const staged = 8;
const switched = 16;

describe("NotebookDeployArtifact deploys what it has checked", function () {
  this.timeout(120_000);
  let site: DeploymentSite;
  beforeEach(async () => {
    site = await DeploymentSite.open();
  });
  afterEach(() => site[Symbol.asyncDispose]());

  const secret = "the agent's own";
  const changes: [what: string, change: (file: string) => Promise<unknown>][] = [
    ["is changed", (file) => writeFile(file, notebook("version = 9"))],
    [
      "is replaced by a link to a file of the agent",
      async (file) => {
        await writeFile(path.join(site.folder, "secret"), secret);
        await rename(file, `${file}.bak`);
        await symlink(path.join(site.folder, "secret"), file);
      },
    ],
  ];
  for (const [when, request] of [
    ["before it is sent at all", locked],
    ["before it is sent a second time", staged],
  ] as const)
    for (const [what, change] of changes)
      it(`fails if a file ${what} after it was checked and ${when}`, async () => {
        await site.deployed(await site.artifact("1.0.0", first));
        const next = await site.artifact("2.0.0", second);
        const result = await site.meanwhile(next, request, () => change(path.join(next, "etl.py")));
        assert.equal(result.result, "failed", result.log);
        assert.match(
          errors(result)[0]!,
          /^Could not upload etl\.py: its content has changed since it was checked/,
        );
        await site.assertFirst();
      });

  it("fails and puts the version before back if somebody edits a notebook that it has written", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.meanwhile(next, switched, () => site.edit("etl", "edited"));
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /^Could not deploy weather 2\.0\.0 to .*: etl is not what was written, so that somebody changes the folder/,
    );
    await site.assertFirst();
  });

  it("fails if somebody edits a notebook that it left as it was", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.meanwhile(next, switched, () => site.edit("same", "edited"));
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /: same is not what was written/);
  });

  it("goes by what a later look shows if a read is answered with what was there before a write", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.meanwhile(next, switched, () =>
      site.workspace.declareFault({
        match: { path: "/workspace/export$" },
        when: "before",
        then: {
          status: 200,
          body: { content: Buffer.from(first["etl.py"]).toString("base64"), file_type: "py" },
        },
      }),
    );
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(await site.content("etl"), second["etl.py"]);
  });

  it("writes each object again whose content it cannot be sure of, whatever the record says", async () => {
    const source = await site.artifact("1.0.0", first);
    await site.deployed(source);
    await site.edit("etl", "edited");
    await site.put(`${target}/lib/module.py`, "value = 9\n");
    await site.put(`${target}/notebook-artifact.json`, "{}");
    await site.put(`${target}/notebook-ops-deployment.json`, JSON.stringify(await site.record()));
    await site.deployed(source);
    await site.assertFirst();
  });

  it("deletes nothing that it did not deploy because a record lists it outside the folder", async () => {
    await site.mkdirs(target);
    await site.put("/Shared/production/notes.txt", "somebody's own");
    const sha256 = "0".repeat(64);
    const forged = {
      schema: "notebook-ops/deployment/1",
      state: "deployed",
      environment: "production",
      workspaceFolder: target,
      artifact: { name: "weather", version: "0.9.0", digest: `sha256:${sha256}` },
      deployedOn: "2026-03-02T09:14:00.000Z",
      objects: [{ path: "../notes.txt", file: "../notes.txt", sha256 }],
    };
    await site.put(`${target}/notebook-ops-deployment.json`, JSON.stringify(forged));
    await site.deployed(await site.artifact("1.0.0", first));
    assert.equal(await site.read("/Shared/production/notes.txt"), "somebody's own");
    await site.assertFirst();
  });

  it("refuses an artifact that has a file where the deployment keeps its own", async () => {
    for (const [index, file] of ["notebook-ops-deployment.json", ".notebook-ops-originals/x"].entries()) {
      const source = await site.artifact(`1.0.${index}`, { ...first, [file]: "{}" });
      const result = await site.run(source);
      assert.match(errors(result)[0]!, /its file .* is where a deployment writes files of its own/);
    }
    assert.deepEqual(site.objects(), []);
  });
});

describe("NotebookDeployArtifact and a manifest that somebody has forged", function () {
  this.timeout(120_000);
  let site: DeploymentSite;
  beforeEach(async () => {
    site = await DeploymentSite.open();
  });
  afterEach(() => site[Symbol.asyncDispose]());

  const names = [
    "/../../../outside",
    "../outside",
    "..",
    "/tmp/notebook-ops-outside",
    "C:\\outside",
    "..\\..\\outside",
    "nul\u0000name",
    "line\nbreak",
    "a".repeat(10_000),
    "##vso[task.complete]/../x",
  ];
  const forgeries: [what: string, forge: (manifest: Manifest, text: string) => unknown][] = [
    ["name", (manifest, name) => ({ ...manifest, name })],
    ["version", (manifest, version) => ({ ...manifest, version })],
    [
      "path",
      (manifest, name) => ({
        ...manifest,
        files: [{ ...manifest.files[0], path: name }, ...manifest.files.slice(1)],
      }),
    ],
    ["pin", (manifest, file) => ({ ...manifest, pins: [{ file, widget: "w", value: "1" }] })],
  ];
  interface Manifest {
    files: object[];
  }

  for (const [what, forge] of forgeries)
    it(`refuses each hostile ${what} and writes nothing outside its temporary folder`, async () => {
      const source = await site.artifact("1.0.0", first);
      const file = path.join(source, "notebook-artifact.json");
      const manifest = JSON.parse(await readFile(file, "utf8")) as Manifest;
      // Deep enough that each of the names would still be in a folder of this test.
      const outer = path.join(site.folder, "outer");
      const tempFolder = path.join(outer, "agent", "work", "temp");
      await mkdir(tempFolder, { recursive: true });
      const listing = async () =>
        (await readdir(outer, { recursive: true })).filter((each) => !each.startsWith("agent/work/temp/"));
      const before = await listing();
      for (const name of names) {
        await writeFile(file, JSON.stringify(forge(manifest, name)));
        const result = await site.run(source, { tempFolder });
        assert.equal(result.result, "failed", `${name.slice(0, 40)}\n${result.log}`);
        assert.match(
          errors(result)[0]!,
          /^Could not read the artifact: its .*; publish the artifact again\.$/,
        );
        assert.ok(errors(result)[0]!.length < 500);
        assert.deepEqual(await listing(), before, name.slice(0, 40));
      }
      assert.deepEqual(site.objects(), []);
    });

  it("gives the attachment's file a name of its own", async () => {
    const result = await site.deployed(await site.artifact("1.0.0", first));
    const attached = result.commands.find(({ event }) => event === "addattachment");
    assert.equal(path.basename(attached!.data), "deployment.json");
    assert.equal(attached!.properties.name, "production.weather.json");
    assert.equal(parseRecord(await readFile(attached!.data, "utf8"))?.artifact.version, "1.0.0");
  });
});
