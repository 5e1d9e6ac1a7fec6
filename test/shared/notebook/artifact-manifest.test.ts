import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { artifactDigest } from "../../../shared/notebook/artifact/digest.ts";
import { verifyArtifact } from "../../../shared/notebook/artifact/verify.ts";
import { makeArtifact, type PackedArtifact } from "./packed-artifact.ts";

describe("verifying an artifact and its manifest", () => {
  let artifact: PackedArtifact;
  beforeEach(async () => {
    artifact = await makeArtifact();
  });
  afterEach(() => artifact.remove());

  const tampered: [what: string, tamper: () => void, message: RegExp][] = [
    [
      "no manifest",
      () => rmSync(join(artifact.out, "notebook-artifact.json")),
      /it has no readable notebook-artifact\.json/,
    ],
    [
      "a manifest cut short",
      () => writeFileSync(join(artifact.out, "notebook-artifact.json"), "{"),
      /notebook-artifact.json is not JSON;/,
    ],
    [
      "a manifest of another schema",
      () => artifact.editManifest((manifest) => ({ ...manifest, schema: "x/2" })),
      /has the schema "x\/2" and not "notebook-ops\/artifact\/1"/,
    ],
    [
      "a manifest without files",
      () => artifact.editManifest(({ files: _, ...rest }) => rest),
      /has no list of {path, sha256, size} as its files/,
    ],
    [
      "a manifest that lists a file twice",
      () => artifact.editManifest((one) => ({ ...one, files: [one.files[0], ...one.files] })),
      /lists "a\.py" twice/,
    ],
    [
      "a manifest whose files are in another order",
      () => artifact.editManifest((one) => ({ ...one, files: one.files.toReversed() })),
      /does not list its files in the order of their paths/,
    ],
    [
      "a manifest with an empty list of files",
      () => artifact.editManifest((one) => ({ ...one, files: [] })),
      /lists no files;/,
    ],
    [
      "a key that is twice in one object",
      () => {
        const file = join(artifact.out, "notebook-artifact.json");
        writeFileSync(
          file,
          readFileSync(file, "utf8").replace('"version":', '"version": "9.9.9", "version":'),
        );
      },
      /has "version" twice in one object/,
    ],
    [
      "a key that is twice in an object of a list",
      () => {
        const file = join(artifact.out, "notebook-artifact.json");
        writeFileSync(file, readFileSync(file, "utf8").replace('"size":', '"size": 7, "size":'));
      },
      /has "size" twice in one object/,
    ],
    [
      "a manifest of more than 10 MB",
      () => appendFileSync(join(artifact.out, "notebook-artifact.json"), " ".repeat(10 * 1024 * 1024)),
      /it has no readable notebook-artifact\.json/,
    ],
    [
      "a manifest that is a link",
      () => {
        const file = join(artifact.out, "notebook-artifact.json");
        writeFileSync(`${artifact.out}.json`, readFileSync(file));
        rmSync(file);
        symlinkSync(`${artifact.out}.json`, file);
      },
      /it has no readable notebook-artifact\.json/,
    ],
    [
      "paths that differ in case alone",
      () =>
        artifact.editManifest((one) => ({
          ...one,
          files: [{ ...one.files[0]!, path: "A.py" }, ...one.files],
        })),
      /lists "A\.py" and "a\.py", which cannot both be files on every system/,
    ],
    [
      "paths that differ in Unicode normalisation alone",
      () =>
        artifact.editManifest((one) => ({
          ...one,
          files: ["u\u0308.py", "\u00fc.py"].map((path) => ({ ...one.files[0]!, path })),
        })),
      /which cannot both be files on every system/,
    ],
    [
      "paths that differ in case and in Unicode normalisation",
      () =>
        artifact.editManifest((one) => ({
          ...one,
          files: ["J\u030c.py", "\u01f0.py"].map((path) => ({ ...one.files[0]!, path })),
        })),
      /which cannot both be files on every system/,
    ],
    [
      "a file that is a folder of another",
      () =>
        artifact.editManifest((one) => ({
          ...one,
          files: ["a", "a/b"].map((path) => ({ ...one.files[0]!, path })),
        })),
      /lists "a" and "a\/b", which cannot both be files/,
    ],
    [
      "a pin in a file that it does not list",
      () =>
        artifact.editManifest((one) => ({ ...one, pins: [{ file: "../a.py", widget: "v", value: "1" }] })),
      /has a pin in "\.\.\/a\.py", which is not one of its files/,
    ],
    [
      "a widget of two lines",
      () =>
        artifact.editManifest((one) => ({
          ...one,
          pins: [{ file: "a.py", widget: "v\n##vso[a]", value: "1" }],
        })),
      /has no list of {file, widget, value} as its pins/,
    ],
    ...[
      { file: "a.py", widget: "v".repeat(1_025), value: "1" },
      { file: "a.py", widget: "v", value: "1".repeat(1_048_577) },
    ].map((pin): (typeof tampered)[number] => [
      `a pin with a widget of ${pin.widget.length} and a value of ${pin.value.length} characters`,
      () => artifact.editManifest((one) => ({ ...one, pins: [pin] })),
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
      () => artifact.editManifest((one) => ({ ...one, source: { [field]: value } })),
      new RegExp(`has the source ${field} .*, which is not a line of text`),
    ]),
    ...["/../../outside", "..", "a/b", "C:\\x", "Weather", "a".repeat(10_000), "nul\u0000", ""].map(
      (name): (typeof tampered)[number] => [
        `the name ${JSON.stringify(name).slice(0, 20)}`,
        () => artifact.editManifest((one) => ({ ...one, name })),
        /has the name ".{0,130}", which is not valid/,
      ],
    ),
    ...["../1.0.0", "1.0", "1.0.0/../..", "1.0.0+1", "1".repeat(10_000), "1.0.0\n"].map(
      (version): (typeof tampered)[number] => [
        `the version ${JSON.stringify(version).slice(0, 20)}`,
        () => artifact.editManifest((one) => ({ ...one, version })),
        /has the version ".{0,130}", which is not valid/,
      ],
    ),
  ];
  for (const [what, tamper, message] of tampered) {
    it(`refuses an artifact with ${what}`, async () => {
      tamper();
      await assert.rejects(verifyArtifact(artifact.out), {
        name: "ArtifactError",
        kind: "manifest",
        message,
      });
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
    it(`refuses an artifact whose manifest has the path ${JSON.stringify(path).slice(0, 30)}`, async () => {
      artifact.editManifest((one) => {
        const files = [{ path, sha256: "0".repeat(64), size: 0 }];
        return { ...one, files, digest: artifactDigest(files) };
      });
      await assert.rejects(verifyArtifact(artifact.out), { name: "ArtifactError", kind: "path" });
    });
  }
});
