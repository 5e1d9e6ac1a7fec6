import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { packageText } from "../../shared/devops/package-identity.ts";
import { UniversalPackages } from "../../shared/devops/universal-packages.ts";
import { wholeFolder } from "../../shared/files/remove-folder.ts";
import type { ArtifactManifest, ArtifactSource } from "../../shared/notebook/artifact/manifest.ts";
import { packArtifact } from "../../shared/notebook/artifact/pack.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { maskTexts, shortestInDocument } from "../../shared/task/secret-mask.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import { requireSameDigest } from "./same-digest.ts";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const folder = await mkdtemp(
    path.join(host.variable("Agent.TempDirectory") ?? os.tmpdir(), "notebook-ops-publish-"),
  );
  const remove = () => rm(folder, wholeFolder);
  host.onCancel(remove);
  const manifest = await pack(host, inputs, path.join(folder, "artifact"));
  await publish(host, inputs, { manifest, folder });
  await remove();
  host.output("ArtifactName", manifest.name);
  host.output("ArtifactVersion", manifest.version);
  host.output("ArtifactDigest", manifest.digest);
}

/** Makes the artifact in a copy: the source folder stays as it is. */
async function pack(host: TaskHost, inputs: Inputs, out: string): Promise<ArtifactManifest> {
  const { notebookFolder, target, pin } = inputs;
  const { manifest, warnings, leftOut, windowsLineEnds } = await packArtifact({
    folder: notebookFolder,
    out,
    name: target.name,
    version: target.version,
    source: sourceOf(host),
    pin,
    signal: host.signal,
  });
  for (const { path: file, reason } of leftOut) host.log.warning(`Left out ${file}: ${reason}.`);
  for (const warning of warnings) host.log.warning(warning);
  warnOfLineEnds(host, windowsLineEnds);
  const { files, pins } = manifest;
  host.log.line(`Packed ${files.length} ${files.length === 1 ? "file" : "files"} of ${notebookFolder}.`);
  for (const { file, widget, value } of pins)
    host.log.line(`  ${file}: ${widget} is ${JSON.stringify(value)} by default.`);
  return manifest;
}

/** On other systems Git does not change line ends, so that a file has those that it has in the repository. */
function warnOfLineEnds(host: TaskHost, files: readonly string[]): void {
  if (files.length === 0 || host.variable("Agent.OS") !== "Windows_NT") return;
  const which = files.length === 1 ? files[0] : `${files[0]} and ${files.length - 1} more`;
  host.log.warning(
    `The line ends of ${which} are those of Windows: if Git converted them at checkout (core.autocrlf), a Linux agent computes another digest for the same commit. Add the line "* text=auto eol=lf" to .gitattributes, unless the files have these line ends in the repository.`,
  );
}

/** Masked, as a repository's address can contain the credential with which it was cloned. */
function sourceOf(host: TaskHost): ArtifactSource {
  const source = {
    repository: host.variable("Build.Repository.Uri") ?? host.variable("Build.Repository.Name"),
    commit: host.variable("Build.SourceVersion"),
    branch: host.variable("Build.SourceBranch"),
    buildId: host.variable("Build.BuildId"),
  };
  return maskTexts(source, (text) => host.secrets.mask(text, { shortest: shortestInDocument }));
}

async function publish(
  host: TaskHost,
  { target, description }: Inputs,
  { manifest, folder }: { manifest: ArtifactManifest; folder: string },
): Promise<void> {
  const packages = await UniversalPackages.open(host);
  const outcome = await packages.publish(target, { folder: path.join(folder, "artifact"), description });
  if (outcome !== "published") await requireSameDigest(packages, target, { digest: manifest.digest, folder });
  const outcomes = {
    published: `Published ${packageText(target)}.`,
    doubtful: `Published ${packageText(target)}, in an attempt that ended with an error.`,
    exists: `Published nothing: the feed has ${packageText(target)} already, with the same content.`,
  };
  host.log.line(`${outcomes[outcome]} Digest ${manifest.digest}.`);
}
