import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactManifest } from "../../../shared/notebook/artifact/manifest.ts";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import { makeFolder, notebookWith } from "./folder.ts";

/** An artifact of a notebook a.py and a file sub/b.csv, for a test to tamper with. */
export interface PackedArtifact {
  /** Its folder. */
  out: string;
  editManifest(edit: (manifest: ArtifactManifest) => unknown): void;
  remove(): void;
}

export async function makeArtifact(): Promise<PackedArtifact> {
  const folder = makeFolder({ "a.py": notebookWith("0"), "sub/b.csv": "1\n" });
  const out = `${folder.path}-out`;
  await packArtifact({
    folder: folder.path,
    out,
    name: "weather",
    version: "1.0.0",
    source: { repository: "weather", commit: "4ea1", buildId: "7" },
    pin: { widget: "v", value: "1.0.0" },
  });
  return {
    out,
    editManifest(edit) {
      const file = join(out, "notebook-artifact.json");
      writeFileSync(file, JSON.stringify(edit(JSON.parse(readFileSync(file, "utf8")))));
    },
    remove: () => folder.remove(),
  };
}
