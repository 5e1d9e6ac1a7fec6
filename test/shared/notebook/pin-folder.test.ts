import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ArtifactError } from "../../../shared/notebook/artifact/artifact-error.ts";
import { NotebookError } from "../../../shared/notebook/notebook-error.ts";
import { copyPinned, pinFolder } from "../../../shared/notebook/pin-folder.ts";
import { makeFolder, notebookWith } from "./folder.ts";

const widgetPin = { widget: "v", value: "1.0.0" };

describe("pinning a folder in place", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => {
    folder = makeFolder({
      "a.py": notebookWith("0"),
      "sub/b.py": notebookWith("1.0.0"),
      "sub/plain.py": 'dbutils.widgets.text("v", "0")\n',
      "data.csv": "v,0\n",
    });
  });
  afterEach(() => folder.remove());

  const read = (path: string) => readFileSync(join(folder.path, path), "utf8");

  it("pinning a folder in place lists the notebooks that declare the widget and counts those that changed", async () => {
    const result = await pinFolder(folder.path, widgetPin);
    assert.deepEqual(result.pins, [
      { file: "a.py", ...widgetPin },
      { file: "sub/b.py", ...widgetPin },
    ]);
    assert.equal(result.changed, 1);
    assert.equal(read("a.py"), notebookWith("1.0.0"));
    assert.equal(read("sub/plain.py"), 'dbutils.widgets.text("v", "0")\n');
  });

  it("pinning a folder in place keeps a file's mode and leaves no other file", async () => {
    chmodSync(join(folder.path, "a.py"), 0o755);
    await pinFolder(folder.path, widgetPin);
    assert.equal(statSync(join(folder.path, "a.py")).mode & 0o777, 0o755);
    assert.deepEqual(readdirSync(folder.path).sort(), ["a.py", "data.csv", "sub"]);
  });

  it("pinning a folder in place changes no file if one of them cannot be pinned", async () => {
    writeFileSync(join(folder.path, "z.py"), '# Databricks notebook source\ndbutils.widgets.text("v", x)\n');
    await assert.rejects(pinFolder(folder.path, widgetPin), {
      name: "NotebookError",
      kind: "default-not-literal",
    });
    assert.equal(read("a.py"), notebookWith("0"));
    assert.deepEqual(readdirSync(folder.path).sort(), ["a.py", "data.csv", "sub", "z.py"]);
  });

  it("pinning a folder in place fails if no notebook declares the widget, and names the widget", async () => {
    const message = `Could not pin the widget "region" in ${folder.path}: no notebook among its 4 files declares this widget; check the folder and the name, which must be a literal in dbutils.widgets.text, dropdown or combobox("region", …), in CREATE WIDGET … region DEFAULT …, or in region = "…" of a Fabric parameters cell.`;
    await assert.rejects(
      pinFolder(folder.path, { widget: "region", value: "1" }),
      new NotebookError("no-declaration", message),
    );
  });

  it("pinning a folder in place names the nearest widget that a notebook declares if the name is misspelt", async () => {
    folder.remove();
    folder = makeFolder({
      "a.py": notebookWith("0").replace('"v"', '"package_version"'),
      "b.sql": "-- Databricks notebook source\nCREATE WIDGET TEXT region DEFAULT 'eu'\n",
      "c.py": '# Fabric notebook source\n# PARAMETERS CELL ********************\nretries = "3"\n',
    });
    for (const [misspelt, meant] of [
      ["package_versoin", "package_version"],
      ["regoin", "region"],
      ["retires", "retries"],
    ] as const)
      await assert.rejects(pinFolder(folder.path, { widget: misspelt, value: "1" }), {
        kind: "no-declaration",
        message: `Could not pin the widget "${misspelt}" in ${folder.path}: no notebook among its 3 files declares this widget; did you mean "${meant}"?`,
      });
  });

  it("pinning a folder in place fails if the folder to pin does not exist", async () => {
    const message = `Could not read the notebook folder ${folder.path}/no: it does not exist; give a folder that contains notebooks.`;
    await assert.rejects(pinFolder(`${folder.path}/no`, widgetPin), new ArtifactError("folder", message));
  });

  it("pinning a folder in place keeps a link to a file, and pins its target once", async () => {
    symlinkSync("a.py", join(folder.path, "link.py"));
    const { pins } = await pinFolder(folder.path, widgetPin);
    assert.deepEqual(
      pins.map(({ file }) => file),
      ["a.py", "sub/b.py"],
    );
    assert.equal(read("link.py"), notebookWith("1.0.0"));
    assert.deepEqual(
      readdirSync(folder.path, { withFileTypes: true }).filter((one) => one.isSymbolicLink()).length,
      1,
    );
  });

  it("pinning a folder in place does not follow a link out of the folder", async () => {
    const outside = makeFolder({ "o.py": notebookWith("0") });
    try {
      symlinkSync(join(outside.path, "o.py"), join(folder.path, "o.py"));
      symlinkSync(outside.path, join(folder.path, "away"));
      const { leftOut } = await pinFolder(folder.path, widgetPin);
      assert.deepEqual(leftOut, [
        { path: "away", reason: "the link points outside the folder" },
        { path: "o.py", reason: "the link points outside the folder" },
      ]);
      assert.equal(readFileSync(join(outside.path, "o.py"), "utf8"), notebookWith("0"));
    } finally {
      outside.remove();
    }
  });

  it("pinning a folder in place stops without a change when the signal is aborted", async () => {
    await assert.rejects(pinFolder(folder.path, widgetPin, AbortSignal.abort()), { name: "AbortError" });
    assert.equal(read("a.py"), notebookWith("0"));
    assert.deepEqual(readdirSync(folder.path).sort(), ["a.py", "data.csv", "sub"]);
  });
});

describe("pinning a folder into another", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => {
    folder = makeFolder({ "a.py": notebookWith("0"), "data.csv": "v,0\n" });
  });
  afterEach(() => folder.remove());

  it("pinning into another folder copies all files and leaves the source folder unchanged", async () => {
    const out = `${folder.path}-out`;
    await copyPinned(folder.path, out, widgetPin);
    assert.equal(readFileSync(join(out, "a.py"), "utf8"), notebookWith("1.0.0"));
    assert.equal(readFileSync(join(out, "data.csv"), "utf8"), "v,0\n");
    assert.equal(readFileSync(join(folder.path, "a.py"), "utf8"), notebookWith("0"));
  });

  it("pinning into another folder accepts an existing, empty target folder", async () => {
    const out = `${folder.path}-out`;
    mkdirSync(out);
    await copyPinned(folder.path, out, widgetPin);
    assert.deepEqual(readdirSync(out).sort(), ["a.py", "data.csv"]);
  });

  it("pinning into another folder creates no target folder if it fails", async () => {
    const out = `${folder.path}-out`;
    await assert.rejects(copyPinned(folder.path, out, { widget: "w", value: "1" }), {
      kind: "no-declaration",
    });
    assert.equal(existsSync(out), false);
    assert.deepEqual(readdirSync(join(folder.path, "..")), ["notebooks"]);
  });

  it("pinning into another folder refuses a target folder that is inside the source, is the source or contains files", async () => {
    mkdirSync(`${folder.path}-full`);
    writeFileSync(join(`${folder.path}-full`, "x"), "");
    for (const out of [join(folder.path, "out"), folder.path, `${folder.path}-full`]) {
      await assert.rejects(copyPinned(folder.path, out, widgetPin), {
        name: "ArtifactError",
        kind: "folder",
      });
    }
    assert.deepEqual(readdirSync(folder.path).sort(), ["a.py", "data.csv"]);
  });
});
