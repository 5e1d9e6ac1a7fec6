import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactManifest } from "../../../shared/notebook/artifact/manifest.ts";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import { makeFolder, notebookWith } from "./folder.ts";

const widgetPin = { widget: "v", value: "1.0.0" };
const named = {
  name: "weather",
  version: "1.0.0",
  source: { repository: "weather", commit: "4ea1", buildId: "7" },
};

describe("packing a notebook folder", () => {
  let folder: ReturnType<typeof makeFolder>;
  afterEach(() => folder.remove());

  const pack = (files: Record<string, string>, pin: typeof widgetPin | undefined = widgetPin) => {
    folder = makeFolder(files);
    return packArtifact({ folder: folder.path, out: `${folder.path}-out`, ...named, pin });
  };
  const packedPaths = async (files: Record<string, string>) =>
    (await pack(files)).manifest.files.map(({ path }) => path);

  it("packing a notebook folder writes a manifest of the packed files, sorted by the bytes of their paths", async () => {
    await pack({ "b.py": notebookWith("0"), "a/x.csv": "1\n", "a.txt": "", "ü.txt": "ü", "Z.txt": "z" });
    const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
    const files = [
      { path: "Z.txt", sha256: sha256("z"), size: 1 },
      { path: "a.txt", sha256: sha256(""), size: 0 },
      { path: "a/x.csv", sha256: sha256("1\n"), size: 2 },
      { path: "b.py", sha256: sha256(notebookWith("1.0.0")), size: notebookWith("1.0.0").length },
      { path: "ü.txt", sha256: sha256("ü"), size: 2 },
    ];
    const manifest: ArtifactManifest = {
      schema: "notebook-ops/artifact/1",
      name: "weather",
      version: "1.0.0",
      digest: `sha256:${sha256(files.map((file) => `${file.sha256}  ${file.path}\n`).join(""))}`,
      files,
      pins: [{ file: "b.py", ...widgetPin }],
      source: named.source,
    };
    const text = readFileSync(join(`${folder.path}-out`, "notebook-artifact.json"), "utf8");
    assert.equal(text, `${JSON.stringify(manifest, undefined, 2)}\n`);
  });

  it("packing a notebook folder computes the digest that sha256sum computes", async function () {
    if (process.platform === "win32") this.skip(); // no sha256sum there
    const { manifest } = await pack({ "b c.py": notebookWith("0"), "a/x.csv": "1\n", "ü.txt": "ü" });
    const script =
      "find . -type f ! -path ./notebook-artifact.json -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum";
    const printed = execFileSync("sh", ["-c", script], { cwd: `${folder.path}-out`, encoding: "utf8" });
    assert.equal(`sha256:${printed.split(" ")[0]}`, manifest.digest);
  });

  it("packing a notebook folder gives notebooks the same digest with the line ends of Windows, and names the other files that have them", async () => {
    const text = {
      "a.py": notebookWith("0"),
      "b.ipynb": '{\n "nbformat": 4,\n "cells": []\n}\n',
      "lib/c.py": "x = 1\n",
    };
    folder = makeFolder(text);
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder.path, stdio: "ignore" });
    git("init");
    git("-c", "core.autocrlf=false", "add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-m", "a");
    const checkOut = async (autocrlf: "true" | "false") => {
      const clone = `${folder.path}-out/${autocrlf}`;
      git("clone", "-c", `core.autocrlf=${autocrlf}`, folder.path, clone);
      assert.equal(readFileSync(join(clone, "a.py")).includes("\r\n"), autocrlf === "true");
      const { manifest, windowsLineEnds } = await packArtifact({
        folder: clone,
        out: `${clone}-out`,
        ...named,
      });
      return { notebooks: manifest.files.slice(0, 2), module: manifest.files[2]!, windowsLineEnds };
    };
    const [unix, windows] = [await checkOut("false"), await checkOut("true")];
    assert.deepEqual(windows.notebooks, unix.notebooks);
    assert.deepEqual([unix.windowsLineEnds, windows.windowsLineEnds], [[], ["lib/c.py"]]);
    assert.deepEqual([unix.module.size, windows.module.size], [6, 7]);
  });

  it("packing a notebook folder leaves the notebook folder unchanged", async () => {
    await pack({ "a.py": notebookWith("0") });
    assert.equal(readFileSync(join(folder.path, "a.py"), "utf8"), notebookWith("0"));
    assert.deepEqual(readdirSync(folder.path), ["a.py"]);
  });

  it("packing a notebook folder keeps the notebooks unchanged if no widget is to be pinned", async () => {
    folder = makeFolder({ "a.py": notebookWith("0") });
    await packArtifact({ folder: folder.path, out: `${folder.path}-out`, ...named });
    assert.equal(readFileSync(join(`${folder.path}-out`, "a.py"), "utf8"), notebookWith("0"));
  });

  it("packing a notebook folder leaves out version control, caches, an older manifest and the ignore files", async () => {
    const paths = await packedPaths({
      "a.py": notebookWith("0"),
      ".git/config": "",
      "sub/.git": "gitdir: x",
      ".gitignore": "a.py",
      "sub/__pycache__/m.pyc": "",
      "sub/.ipynb_checkpoints/a.ipynb": "{",
      "node_modules/x.js": "",
      "notebook-artifact.json": "{}",
      "sub/notebook-artifact.json": "{}",
    });
    assert.deepEqual(paths, ["a.py", "sub/notebook-artifact.json"]);
  });

  it("packing a notebook folder leaves out files that .artifactignore matches by the rules of gitignore", async () => {
    const paths = await packedPaths({
      ".artifactignore": "# drafts\n*.tmp\n/top.txt\ndrafts/\n!keep.tmp\nsub/**/x\r\n",
      "a.py": notebookWith("0"),
      "a.tmp": "",
      "keep.tmp": "",
      "top.txt": "",
      "sub/top.txt": "",
      "sub/deep/x": "",
      "sub/drafts/b.ipynb": "not even JSON",
      drafts: "a file, not a folder",
    });
    assert.deepEqual(paths, ["a.py", "drafts", "keep.tmp", "sub/top.txt"]);
  });

  it("packing a notebook folder includes the files behind a link inside the folder, and leaves out a loop", async () => {
    folder = makeFolder({ "lib/a.py": notebookWith("0") });
    symlinkSync("lib", join(folder.path, "again"));
    symlinkSync("..", join(folder.path, "lib/up"));
    symlinkSync("nowhere", join(folder.path, "dangling"));
    const { manifest, leftOut } = await packArtifact({
      folder: folder.path,
      out: `${folder.path}-out`,
      ...named,
      pin: widgetPin,
    });
    assert.deepEqual(
      manifest.files.map(({ path }) => path),
      ["again/a.py", "lib/a.py"],
    );
    assert.deepEqual(leftOut.map(({ path }) => path).sort(), ["again/up", "dangling", "lib/up"]);
  });

  it("packing a notebook folder includes no file behind a link that it would leave out by the file's own name", async () => {
    folder = makeFolder({ "a.py": notebookWith("0"), ".git/config": "extraheader = s3cret" });
    symlinkSync(".git/config", join(folder.path, "config"));
    symlinkSync(".git", join(folder.path, "git"));
    const { manifest, leftOut } = await packArtifact({
      folder: folder.path,
      out: `${folder.path}-out`,
      ...named,
    });
    assert.deepEqual(
      manifest.files.map(({ path }) => path),
      ["a.py"],
    );
    assert.deepEqual(leftOut, [
      { path: "config", reason: "the link points to a file or folder that is never packed" },
      { path: "git", reason: "the link points to a file or folder that is never packed" },
    ]);
  });

  it("packing a notebook folder leaves out the temporary files of a pinning that was killed", async () => {
    assert.deepEqual(await packedPaths({ "a.py": notebookWith("0"), ".notebook-ops-pin-x1/0": "half" }), [
      "a.py",
    ]);
  });

  it("packing a notebook folder copies a large file in chunks, and refuses a large notebook", async () => {
    const large = "x".repeat(3 * 1024 * 1024);
    const { manifest } = await pack({ "a.py": notebookWith("0"), "data.bin": large });
    assert.equal(manifest.files[1]?.sha256, createHash("sha256").update(large).digest("hex"));
    folder.remove();
    await assert.rejects(pack({ "a.py": notebookWith("0"), "b.ipynb": " ".repeat(11 * 1024 * 1024) }), {
      kind: "too-large",
    });
  });

  it("refuses to pack two paths that are one file on a system that ignores case", async function () {
    if (process.platform !== "linux") this.skip(); // such a pair cannot be made
    await assert.rejects(pack({ "a.py": notebookWith("0"), "lib/b.py": "", "lib/B.py": "" }), {
      kind: "path",
      message: /"lib\/B\.py" and "lib\/b\.py" .*: they are one file on systems that ignore case/,
    });
  });

  it("packing a notebook folder writes no artifact whose name verification would refuse", async () => {
    folder = makeFolder({ "a.py": notebookWith("0") });
    const out = `${folder.path}-out`;
    await assert.rejects(packArtifact({ folder: folder.path, out, ...named, name: "../weather" }), {
      kind: "manifest",
    });
    assert.equal(existsSync(out), false);
  });

  it("refuses to write an artifact into its notebook folder through a link", async () => {
    folder = makeFolder({ "a.py": notebookWith("0"), "sub/b.csv": "" });
    symlinkSync(join(folder.path, "sub"), `${folder.path}-link`);
    const out = join(`${folder.path}-link`, "out");
    await assert.rejects(packArtifact({ folder: folder.path, out, ...named }), {
      kind: "folder",
      message: /it is inside the notebook folder/,
    });
    assert.deepEqual(readdirSync(join(folder.path, "sub")), ["b.csv"]);
  });

  it("refuses to pack an empty folder, and a file name that an artifact cannot contain", async () => {
    await assert.rejects(pack({ ".gitignore": "" }, undefined), { kind: "no-declaration" });
    folder.remove();
    folder = makeFolder({ ".gitignore": "" });
    await assert.rejects(packArtifact({ folder: folder.path, out: `${folder.path}-out`, ...named }), {
      kind: "folder",
    });
    folder.remove();
    await assert.rejects(pack({ "a.py": notebookWith("0"), "b\nc.py": "" }), {
      kind: "path",
      message: `Could not pack "b\\nc.py" from ${folder.path}: the path has a control character; rename the file or list it in .artifactignore.`,
    });
  });
});
