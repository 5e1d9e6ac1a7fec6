import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  isVersionOf,
  isVersionPattern,
  type PackageVersion,
  packageText,
} from "../../shared/devops/package-identity.ts";
import { UniversalPackages } from "../../shared/devops/universal-packages.ts";
import type { ArtifactFile } from "../../shared/notebook/artifact/digest.ts";
import type { ArtifactManifest } from "../../shared/notebook/artifact/manifest.ts";
import { verifyArtifact } from "../../shared/notebook/artifact/verify.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Inputs } from "./inputs.ts";

/** An artifact whose files were checked against its manifest. */
export interface Artifact {
  folder: string;
  manifest: ArtifactManifest;
  manifestFile: ArtifactFile;
}

/** Creates a folder in the agent's temporary folder, which the agent empties after the job. */
export function newTempFolder(host: TaskHost): Promise<string> {
  return mkdtemp(path.join(host.variable("Agent.TempDirectory") ?? os.tmpdir(), "notebook-ops-deploy-"));
}

/** Downloads the package or opens the folder. Fails unless its files are as they were published. */
export async function openArtifact(
  host: TaskHost,
  from: Inputs["artifact"],
  tempFolder: string,
): Promise<Artifact> {
  const folder = from.kind === "folder" ? from.folder : path.join(tempFolder, "artifact");
  const downloaded =
    from.kind === "package"
      ? await (await UniversalPackages.open(host)).download(from.source, { folder })
      : undefined;
  const { manifest, manifestFile } = await verifyArtifact(folder, host.signal);
  if (from.kind === "package") {
    requireIdentity(manifest, from.source, downloaded);
    if (isVersionPattern(from.source.version))
      host.log.line(`${packageText(from.source)} is version ${manifest.version} at present.`);
  }
  host.log.line(
    `Checked ${manifest.name} ${manifest.version}: ${manifest.files.length} files are as they were published. Digest ${manifest.digest}.`,
  );
  return { folder, manifest, manifestFile };
}

/** Fails if the manifest is of another package, which would then be deployed and recorded under a wrong name. */
function requireIdentity(
  manifest: ArtifactManifest,
  source: PackageVersion,
  downloaded: string | undefined,
): void {
  const isVersion =
    isVersionOf(source, manifest.version) && manifest.version === (downloaded ?? manifest.version);
  if (manifest.name === source.name && isVersion) return;
  throw new Error(
    couldNot(
      `deploy ${packageText(source)}`,
      `its manifest names another package, ${manifest.name} ${manifest.version}`,
      "publish the package with NotebookPublishArtifact",
    ),
  );
}
