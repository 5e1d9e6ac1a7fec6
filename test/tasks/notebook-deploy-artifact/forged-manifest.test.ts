import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseRecord } from "../../../shared/deployment/record.ts";
import { errors } from "../../harness/run-task.ts";
import { DeploymentSite, first } from "./deployment-site.ts";

describe("NotebookDeployArtifact and a forged manifest", function () {
  this.timeout(120_000);

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
    it(`refuses each hostile ${what} in a manifest and writes nothing outside its temporary folder`, async () => {
      await using site = await DeploymentSite.open();
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

  it("names the file that it attaches itself, not by the artifact's manifest", async () => {
    await using site = await DeploymentSite.open();
    const result = await site.deploy(await site.artifact("1.0.0", first));
    const attached = result.commands.find(({ event }) => event === "addattachment");
    assert.equal(path.basename(attached!.data), "deployment.json");
    assert.equal(attached!.properties.name, "production.weather.json");
    assert.equal(parseRecord(await readFile(attached!.data, "utf8"))?.artifact.version, "1.0.0");
  });
});
