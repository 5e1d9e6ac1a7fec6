import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactErrorKind } from "../../../shared/notebook/artifact/artifact-error.ts";
import { verifyArtifact } from "../../../shared/notebook/artifact/verify.ts";
import { makeArtifact, type PackedArtifact } from "./packed-artifact.ts";

describe("verifying an artifact", () => {
  let artifact: PackedArtifact;
  beforeEach(async () => {
    artifact = await makeArtifact();
  });
  afterEach(() => artifact.remove());

  it("returns the manifest of an unchanged artifact", async () => {
    assert.equal((await verifyArtifact(artifact.out)).manifest.version, "1.0.0");
  });

  const tampered: [what: string, kind: ArtifactErrorKind, tamper: () => void, message: RegExp][] = [
    [
      "a changed byte",
      "file-changed",
      () => writeFileSync(join(artifact.out, "sub/b.csv"), "2\n"),
      /the file "sub\/b\.csv" of the artifact: its content is not what was published/,
    ],
    [
      "a longer file",
      "file-changed",
      () => appendFileSync(join(artifact.out, "sub/b.csv"), "\n"),
      /it is 3 bytes and not the 2 of the manifest/,
    ],
    [
      "a missing file",
      "file-missing",
      () => rmSync(join(artifact.out, "sub/b.csv")),
      /"sub\/b\.csv" of the artifact: its manifest lists it and it is not there/,
    ],
    [
      "an additional file",
      "file-unexpected",
      () => writeFileSync(join(artifact.out, "sub/c.py"), ""),
      /"sub\/c\.py" of the artifact: its manifest does not list it/,
    ],
    [
      "a link in the place of a file",
      "path",
      () => {
        rmSync(join(artifact.out, "a.py"));
        symlinkSync("sub/b.csv", join(artifact.out, "a.py"));
      },
      /"a\.py" of the artifact: it is neither a file nor a folder/,
    ],
    [
      "a manifest that has another digest",
      "digest",
      () => artifact.editManifest((one) => ({ ...one, digest: `sha256:${"0".repeat(64)}` })),
      /its files give the digest sha256:[0-9a-f]{64} and its manifest says sha256:0{64}/,
    ],
    [
      "a file and its hash changed together",
      "digest",
      () => {
        writeFileSync(join(artifact.out, "sub/b.csv"), "2\n");
        const sha256 = createHash("sha256").update("2\n").digest("hex");
        artifact.editManifest((one) => ({
          ...one,
          files: one.files.map((file) => (file.path === "a.py" ? file : { ...file, sha256 })),
        }));
      },
      /publish the artifact again/,
    ],
  ];
  for (const [what, kind, tamper, message] of tampered) {
    it(`refuses an artifact with ${what}`, async () => {
      tamper();
      await assert.rejects(verifyArtifact(artifact.out), { name: "ArtifactError", kind, message });
    });
  }

  it("stops the verification between two files when the signal is aborted", async () => {
    await assert.rejects(verifyArtifact(artifact.out, AbortSignal.abort()), { name: "AbortError" });
  });

  it("accepts an empty folder in an artifact, which the feed's client may leave", async () => {
    mkdirSync(join(artifact.out, "empty"));
    assert.equal((await verifyArtifact(artifact.out)).manifest.name, "weather");
  });
});
