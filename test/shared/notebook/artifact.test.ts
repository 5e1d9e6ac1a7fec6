import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ArtifactErrorKind } from "../../../shared/notebook/artifact/artifact-error.ts";
import { artifactDigest } from "../../../shared/notebook/artifact/digest.ts";
import type { ArtifactManifest } from "../../../shared/notebook/artifact/manifest.ts";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import { verifyArtifact } from "../../../shared/notebook/artifact/verify.ts";
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

  it("writes the manifest of what was packed, sorted by the bytes of the paths", async () => {
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

  it("gives a digest that sha256sum gives too", async function () {
    if (process.platform === "win32") this.skip(); // no sha256sum there
    const { manifest } = await pack({ "b c.py": notebookWith("0"), "a/x.csv": "1\n", "ü.txt": "ü" });
    const script =
      "find . -type f ! -path ./notebook-artifact.json -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum";
    const printed = execFileSync("sh", ["-c", script], { cwd: `${folder.path}-out`, encoding: "utf8" });
    assert.equal(`sha256:${printed.split(" ")[0]}`, manifest.digest);
  });

  it("leaves the notebook folder as it is", async () => {
    await pack({ "a.py": notebookWith("0") });
    assert.equal(readFileSync(join(folder.path, "a.py"), "utf8"), notebookWith("0"));
    assert.deepEqual(readdirSync(folder.path), ["a.py"]);
  });

  it("packs the notebooks as they are where no widget is to be pinned", async () => {
    folder = makeFolder({ "a.py": notebookWith("0") });
    await packArtifact({ folder: folder.path, out: `${folder.path}-out`, ...named });
    assert.equal(readFileSync(join(`${folder.path}-out`, "a.py"), "utf8"), notebookWith("0"));
  });

  it("leaves out version control, caches, an older manifest and the ignore files", async () => {
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

  it("leaves out what .artifactignore matches, by gitignore's rules", async () => {
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

  it("packs what a link inside the folder points to, and no loop", async () => {
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

  it("packs no file through a link that an artifact would leave out by its own name", async () => {
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
      { path: "config", reason: "the link leads to what is never packed" },
      { path: "git", reason: "the link leads to what is never packed" },
    ]);
  });

  it("leaves out what a pinning that was killed has left behind", async () => {
    assert.deepEqual(await packedPaths({ "a.py": notebookWith("0"), ".notebook-ops-pin-x1/0": "half" }), [
      "a.py",
    ]);
  });

  it("packs a large file in chunks, and refuses a large notebook", async () => {
    const large = "x".repeat(3 * 1024 * 1024);
    const { manifest } = await pack({ "a.py": notebookWith("0"), "data.bin": large });
    assert.equal(manifest.files[1]?.sha256, createHash("sha256").update(large).digest("hex"));
    folder.remove();
    await assert.rejects(pack({ "a.py": notebookWith("0"), "b.ipynb": " ".repeat(11 * 1024 * 1024) }), {
      kind: "too-large",
    });
  });

  it("refuses names that are one file on a system that ignores case", async function () {
    if (process.platform !== "linux") this.skip(); // such a pair cannot be made
    await assert.rejects(pack({ "a.py": notebookWith("0"), "lib/b.py": "", "lib/B.py": "" }), {
      kind: "path",
      message: /"lib\/B\.py" and "lib\/b\.py" .*: they are one file on systems that ignore case/,
    });
  });

  it("makes no artifact that could not be read again", async () => {
    folder = makeFolder({ "a.py": notebookWith("0") });
    const out = `${folder.path}-out`;
    await assert.rejects(packArtifact({ folder: folder.path, out, ...named, name: "../weather" }), {
      kind: "manifest",
    });
    assert.equal(existsSync(out), false);
  });

  it("refuses to write into the notebook folder through a link", async () => {
    folder = makeFolder({ "a.py": notebookWith("0"), "sub/b.csv": "" });
    symlinkSync(join(folder.path, "sub"), `${folder.path}-link`);
    const out = join(`${folder.path}-link`, "out");
    await assert.rejects(packArtifact({ folder: folder.path, out, ...named }), {
      kind: "folder",
      message: /it stands inside the notebook folder/,
    });
    assert.deepEqual(readdirSync(join(folder.path, "sub")), ["b.csv"]);
  });

  it("refuses an empty folder, and names that an artifact cannot hold", async () => {
    await assert.rejects(pack({ ".gitignore": "" }, undefined), { kind: "no-declaration" });
    folder.remove();
    folder = makeFolder({ ".gitignore": "" });
    await assert.rejects(packArtifact({ folder: folder.path, out: `${folder.path}-out`, ...named }), {
      kind: "folder",
    });
    folder.remove();
    await assert.rejects(pack({ "a.py": notebookWith("0"), "b\nc.py": "" }), {
      kind: "path",
      message: `Cannot pack "b\\nc.py" from ${folder.path}: it has a control character, which an artifact's path cannot be; rename it or list it in .artifactignore.`,
    });
  });
});

describe("verifying an artifact", () => {
  let folder: ReturnType<typeof makeFolder>;
  let out: string;
  beforeEach(async () => {
    folder = makeFolder({ "a.py": notebookWith("0"), "sub/b.csv": "1\n" });
    out = `${folder.path}-out`;
    await packArtifact({ folder: folder.path, out, ...named, pin: widgetPin });
  });
  afterEach(() => folder.remove());

  it("answers the manifest of one that is as it was published", async () => {
    assert.equal((await verifyArtifact(out)).manifest.version, "1.0.0");
  });

  const tampered: [what: string, kind: ArtifactErrorKind, tamper: () => void, message: RegExp][] = [
    [
      "a changed byte",
      "file-changed",
      () => writeFileSync(join(out, "sub/b.csv"), "2\n"),
      /the file "sub\/b\.csv" of the artifact: its content is not what was published/,
    ],
    [
      "a longer file",
      "file-changed",
      () => appendFileSync(join(out, "sub/b.csv"), "\n"),
      /it is 3 bytes and not the 2 of the manifest/,
    ],
    [
      "a missing file",
      "file-missing",
      () => rmSync(join(out, "sub/b.csv")),
      /"sub\/b\.csv" of the artifact: its manifest lists it and it is not there/,
    ],
    [
      "a file more",
      "file-unexpected",
      () => writeFileSync(join(out, "sub/c.py"), ""),
      /"sub\/c\.py" of the artifact: its manifest does not list it/,
    ],
    [
      "a link in the place of a file",
      "path",
      () => {
        rmSync(join(out, "a.py"));
        symlinkSync("sub/b.csv", join(out, "a.py"));
      },
      /"a\.py" of the artifact: it is neither a file nor a folder/,
    ],
    [
      "no manifest",
      "manifest",
      () => rmSync(join(out, "notebook-artifact.json")),
      /it has no readable notebook-artifact\.json/,
    ],
    [
      "a manifest cut short",
      "manifest",
      () => writeFileSync(join(out, "notebook-artifact.json"), "{"),
      /notebook-artifact.json is not JSON;/,
    ],
    [
      "another schema",
      "manifest",
      () => editManifest((manifest) => ({ ...manifest, schema: "x/2" })),
      /has the schema "x\/2" and not "notebook-ops\/artifact\/1"/,
    ],
    [
      "no files",
      "manifest",
      () => editManifest(({ files: _, ...rest }) => rest),
      /has no list of {path, sha256, size} as its files/,
    ],
    [
      "a file listed twice",
      "manifest",
      () => editManifest((one) => ({ ...one, files: [one.files[0], ...one.files] })),
      /lists "a\.py" twice/,
    ],
    [
      "files in another order",
      "manifest",
      () => editManifest((one) => ({ ...one, files: one.files.toReversed() })),
      /lists its files in an order that is not that of their paths/,
    ],
    [
      "an empty list of files",
      "manifest",
      () => editManifest((one) => ({ ...one, files: [] })),
      /lists no files;/,
    ],
    [
      "a key that stands twice in one object",
      "manifest",
      () => {
        const file = join(out, "notebook-artifact.json");
        writeFileSync(
          file,
          readFileSync(file, "utf8").replace('"version":', '"version": "9.9.9", "version":'),
        );
      },
      /has "version" twice in one object/,
    ],
    [
      "a key that stands twice in an object of a list",
      "manifest",
      () => {
        const file = join(out, "notebook-artifact.json");
        writeFileSync(file, readFileSync(file, "utf8").replace('"size":', '"size": 7, "size":'));
      },
      /has "size" twice in one object/,
    ],
    [
      "a manifest of more than 10 MB",
      "manifest",
      () => appendFileSync(join(out, "notebook-artifact.json"), " ".repeat(10 * 1024 * 1024)),
      /it has no readable notebook-artifact\.json/,
    ],
    [
      "a manifest that is a link",
      "manifest",
      () => {
        const file = join(out, "notebook-artifact.json");
        writeFileSync(`${out}.json`, readFileSync(file));
        rmSync(file);
        symlinkSync(`${out}.json`, file);
      },
      /it has no readable notebook-artifact\.json/,
    ],
    [
      "paths that differ in case alone",
      "manifest",
      () => editManifest((one) => ({ ...one, files: [{ ...one.files[0]!, path: "A.py" }, ...one.files] })),
      /lists "A\.py" and "a\.py", which cannot both be files on every system/,
    ],
    [
      "paths that differ in Unicode normalisation alone",
      "manifest",
      () =>
        editManifest((one) => ({
          ...one,
          files: ["u\u0308.py", "\u00fc.py"].map((path) => ({ ...one.files[0]!, path })),
        })),
      /which cannot both be files on every system/,
    ],
    [
      "paths that differ in case and in Unicode normalisation",
      "manifest",
      () =>
        editManifest((one) => ({
          ...one,
          files: ["J\u030c.py", "\u01f0.py"].map((path) => ({ ...one.files[0]!, path })),
        })),
      /which cannot both be files on every system/,
    ],
    [
      "a file that is a folder of another",
      "manifest",
      () =>
        editManifest((one) => ({
          ...one,
          files: ["a", "a/b"].map((path) => ({ ...one.files[0]!, path })),
        })),
      /lists "a" and "a\/b", which cannot both be files/,
    ],
    [
      "a pin in a file that it does not list",
      "manifest",
      () => editManifest((one) => ({ ...one, pins: [{ file: "../a.py", widget: "v", value: "1" }] })),
      /has a pin in "\.\.\/a\.py", which is not one of its files/,
    ],
    [
      "a widget of two lines",
      "manifest",
      () => editManifest((one) => ({ ...one, pins: [{ file: "a.py", widget: "v\n##vso[a]", value: "1" }] })),
      /has no list of {file, widget, value} as its pins/,
    ],
    ...[
      { file: "a.py", widget: "v".repeat(1_025), value: "1" },
      { file: "a.py", widget: "v", value: "1".repeat(1_048_577) },
    ].map((pin): (typeof tampered)[number] => [
      `a pin with a widget of ${pin.widget.length} and a value of ${pin.value.length} characters`,
      "manifest",
      () => editManifest((one) => ({ ...one, pins: [pin] })),
      /has no list of {file, widget, value} as its pins/,
    ]),
    ...(
      [
        ["repository", 7],
        ["branch", "refs/heads/main\n##vso[task.complete]"],
        ["commit", "4".repeat(10_000)],
        ["buildId", { toString: "7" }],
      ] as const
    ).map(([field, value]): (typeof tampered)[number] => [
      `a source ${field} that is ${typeof value === "string" ? JSON.stringify(value).slice(0, 20) : typeof value}`,
      "manifest",
      () => editManifest((one) => ({ ...one, source: { [field]: value } })),
      new RegExp(`has the source ${field} .*, which is not a line of text`),
    ]),
    ...["/../../outside", "..", "a/b", "C:\\x", "Weather", "a".repeat(10_000), "nul\u0000", ""].map(
      (name): (typeof tampered)[number] => [
        `the name ${JSON.stringify(name).slice(0, 20)}`,
        "manifest",
        () => editManifest((one) => ({ ...one, name })),
        /has the name ".{0,130}", which no artifact can have/,
      ],
    ),
    ...["../1.0.0", "1.0", "1.0.0/../..", "1.0.0+1", "1".repeat(10_000), "1.0.0\n"].map(
      (version): (typeof tampered)[number] => [
        `the version ${JSON.stringify(version).slice(0, 20)}`,
        "manifest",
        () => editManifest((one) => ({ ...one, version })),
        /has the version ".{0,130}", which no artifact can have/,
      ],
    ),
    [
      "another digest",
      "digest",
      () => editManifest((one) => ({ ...one, digest: `sha256:${"0".repeat(64)}` })),
      /its files give the digest sha256:[0-9a-f]{64} and its manifest says sha256:0{64}/,
    ],
    [
      "a file and its hash changed together",
      "digest",
      () => {
        writeFileSync(join(out, "sub/b.csv"), "2\n");
        const sha256 = createHash("sha256").update("2\n").digest("hex");
        editManifest((one) => ({
          ...one,
          files: one.files.map((file) => (file.path === "a.py" ? file : { ...file, sha256 })),
        }));
      },
      /publish the artifact again/,
    ],
  ];
  for (const [what, kind, tamper, message] of tampered) {
    it(`refuses ${what}`, async () => {
      tamper();
      await assert.rejects(verifyArtifact(out), { name: "ArtifactError", kind, message });
    });
  }

  for (const path of [
    "../a.py",
    "sub/../../a.py",
    "/etc/passwd",
    "C:/x",
    "..\\x",
    "a//b",
    "./a.py",
    "",
    "notebook-artifact.json",
    "a\u0000.py",
    "a\u0085.py",
    "a\u2028.py",
    "a\ud800.py",
    "etl.py:stream",
    "what?.py",
    "a.py.",
    "a./b.py",
    "sub /b.py",
    "NUL",
    "sub/com1.py",
    "Lpt9 .txt",
    "sub/aux/b.py",
    "a".repeat(256),
    `${"a/".repeat(512)}b`,
    "a".repeat(10_000),
  ]) {
    it(`refuses the path ${JSON.stringify(path).slice(0, 30)}`, async () => {
      editManifest((one) => {
        const files = [{ path, sha256: "0".repeat(64), size: 0 }];
        return { ...one, files, digest: artifactDigest(files) };
      });
      await assert.rejects(verifyArtifact(out), { name: "ArtifactError", kind: "path" });
    });
  }

  it("stops between two files when the signal says so", async () => {
    await assert.rejects(verifyArtifact(out, AbortSignal.abort()), { name: "AbortError" });
  });

  it("takes an empty folder as what the feed's client may leave", async () => {
    mkdirSync(join(out, "empty"));
    assert.equal((await verifyArtifact(out)).manifest.name, "weather");
  });

  function editManifest(edit: (manifest: ArtifactManifest) => unknown): void {
    const file = join(out, "notebook-artifact.json");
    writeFileSync(file, JSON.stringify(edit(JSON.parse(readFileSync(file, "utf8")))));
  }
});
