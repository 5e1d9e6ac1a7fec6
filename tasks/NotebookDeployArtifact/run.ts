import { rm } from "node:fs/promises";
import { deploymentAttachment, deploymentType, manifestType } from "../../shared/deployment/attachments.ts";
import type { DeploymentRecord } from "../../shared/deployment/record.ts";
import { tagBuild } from "../../shared/devops/build-tags.ts";
import { wholeFolder } from "../../shared/files/remove-folder.ts";
import { wait } from "../../shared/http/wait.ts";
import type { ArtifactManifest } from "../../shared/notebook/artifact/manifest.ts";
import { deploymentTag } from "../../shared/results/status-tag.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { newTempFolder, openArtifact } from "./artifact.ts";
import { databricksTarget } from "./databricks/target.ts";
import { fabricTarget } from "./fabric/target.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import type { DeploymentTarget } from "./target.ts";

/** How long a cancelled step, which has 6 s, waits for the answers to its pending requests. */
const pendingRequestsTimeoutMs = 1_500;

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const tempFolder = await newTempFolder(host);
  const artifact = await openArtifact(host, inputs.artifact, tempFolder);
  const target = await openTarget(host, inputs, artifact.manifest);
  const deploying = target.deploy(artifact, tempFolder);
  host.onCancel(async () => {
    await Promise.race([deploying.catch(() => undefined), wait(pendingRequestsTimeoutMs)]);
    await target.undo({ isLast: false });
  });
  const record = await deploying;
  await attach(host, record, artifact.manifest);
  await tagBuild(host, deploymentTag(record), "deployment");
  host.output("ArtifactVersion", record.artifact.version);
  host.output("ArtifactDigest", record.artifact.digest);
  host.output("DeployedPath", target.path);
  const isSaved = await target.saveRecord(record, tempFolder);
  if (!isSaved) await rm(tempFolder, wholeFolder);
}

async function openTarget(
  host: TaskHost,
  { target, environment }: Inputs,
  { name }: ArtifactManifest,
): Promise<DeploymentTarget> {
  return target.kind === "databricks"
    ? databricksTarget(host, { target: target.folder, environment })
    : fabricTarget(host, { workspace: target.workspace, packageName: name, environment });
}

/** Attaches to the build what it deployed, and the manifest of that, which lists its files. */
async function attach(host: TaskHost, record: DeploymentRecord, manifest: ArtifactManifest): Promise<void> {
  const name = deploymentAttachment(record.environment, record.artifact.name);
  host.attachments.add(deploymentType, name, await host.documents.write("deployment.json", record));
  host.attachments.add(manifestType, name, await host.documents.write("artifact.json", manifest));
}
