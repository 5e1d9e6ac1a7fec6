import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pinFolder } from "../../../shared/notebook/pin-folder.ts";
import { updatesGolden } from "../../harness/golden.ts";

const fixtures = join(import.meta.dirname, "fixtures/weather");
const golden = join(import.meta.dirname, "golden/weather");

describe("pinning the folder fixtures/weather, which contains every format", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "notebook-ops-"));
    cpSync(fixtures, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("pinning a folder of every format writes the files of golden/weather, byte for byte", async () => {
    const result = await pinFolder(folder, { widget: "package_version", value: "1.0.0" });
    if (updatesGolden()) cpSync(folder, golden, { recursive: true });
    assert.deepEqual(contents(folder), contents(golden));
    assert.deepEqual(
      result.pins.map(({ file }) => file),
      [
        "fabric/Load.Notebook/notebook-content.py",
        "jobs/ingest.py",
        "jobs/report.sql",
        "models/Train.scala",
        "models/explore.ipynb",
        "models/score.r",
      ],
    );
    assert.equal(result.changed, 6);
  });

  it("pinning a folder of every format warns about a value that somebody chose in the workspace and that an ipynb contains", async () => {
    const { warnings } = await pinFolder(folder, { widget: "package_version", value: "1.0.0" });
    assert.deepEqual(warnings, [
      'models/explore.ipynb contains "0.0.0" as the current value of the widget "package_version": a person who opens the notebook sees that value until they reset the widget, but runs use the pinned default.',
    ]);
  });

  it("pinning a folder of every format changes nothing the second time", async () => {
    await pinFolder(folder, { widget: "package_version", value: "1.0.0" });
    const { changed } = await pinFolder(folder, { widget: "package_version", value: "1.0.0" });
    assert.equal(changed, 0);
    assert.deepEqual(contents(folder), contents(golden));
  });
});

function contents(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}
