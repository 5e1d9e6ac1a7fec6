import { formatFabricPath } from "../../../shared/deployment/fabric-path.ts";
import { type DeploymentRecord, newRecord } from "../../../shared/deployment/record.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import { type PlaceContent, readPlace } from "../../../shared/fabric/deployment/deployed-items.ts";
import type { DeploymentPlace } from "../../../shared/fabric/deployment/place.ts";
import { newIntent } from "../../../shared/intent/intent.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import { duration } from "../../../shared/text/duration.ts";
import { describeBuild } from "../build.ts";
import { requireDeployed } from "./compare.ts";
import { type DeploymentSite, journalKeys } from "./journal.ts";
import { DeploymentLock } from "./lock.ts";
import { planSwitch, refuseForeignNotebooks } from "./plan.ts";
import type { FabricArtifact } from "./project.ts";
import { type NewRecord, switchVersion } from "./switch.ts";

/** What is deployed, and where. */
interface Deployment {
  artifact: FabricArtifact;
  place: DeploymentPlace;
  environment: string;
}

/**
 * Deploys an artifact to a workspace, unless it is there already. There is no copy beside it that is filled first, as on Databricks: it would
 * take as many operations of up to 20 s again, and a notebook that Fabric refuses leads to a rollback.
 */
export async function deploy(
  host: TaskHost,
  fabric: FabricClient,
  { tempFolder, ...deployment }: Deployment & { tempFolder: string },
): Promise<DeploymentRecord> {
  const { artifact, place, environment } = deployment;
  const start = performance.now();
  const label = `${artifact.manifest.name} ${artifact.manifest.version}`;
  const attempt = `deploy ${label} to ${place.workspaceName}`;
  const atStart = await readPlace(fabric, place);
  const present = await presentRecord(fabric, deployment, atStart);
  if (present) {
    host.log.outside(
      `${place.workspaceName} already contains ${label}, deployed on ${present.deployedOn}: nothing was changed.`,
    );
    return present;
  }
  const lock = await lockPlace(host, fabric, place);
  const before = await readPlace(fabric, place);
  // If the workspace now lists no notebooks, that may be an error. Notebooks of the previous version would then not be removed.
  if (atStart.recorded !== undefined && before.recorded === undefined)
    throw new Error(
      couldNot(
        attempt,
        "the record of the previous version, which was there when the step began, has been deleted",
        "find out who changes the workspace, and run the step again",
      ),
    );
  const plan = await planSwitch(fabric, artifact, { place, content: before });
  const requireLock = async () => {
    if ((await lock.holder()) === "this") return;
    throw new Error(
      couldNot(
        attempt,
        "another deployment has replaced it in the meantime",
        "check which version is there, and run the step again if it is the wrong one",
      ),
    );
  };
  await requireLock();
  const record = await switchVersion(host, fabric, {
    place,
    artifact,
    plan,
    before,
    record: recordOf(host, deployment),
    tempFolder,
    check: async (items) => {
      await requireDeployed(fabric, artifact, { place, items, signal: host.signal });
      await requireLock();
    },
  });
  await releaseLock(host, lock);
  const written = plan.updated.length + plan.created.length;
  host.log.outside(
    `Deployed ${label} to ${place.workspaceName} (${environment}) in ${duration((performance.now() - start) / 1000)}: ${written} of ${artifact.notebooks.length} notebooks written, ${plan.removed.length} removed.`,
  );
  return record;
}

/** The record, if the workspace has exactly the notebooks of the artifact. Fails if another notebook is in the way. */
async function presentRecord(
  fabric: FabricClient,
  { artifact, place, environment }: Deployment,
  content: PlaceContent,
): Promise<DeploymentRecord | undefined> {
  const { manifest } = artifact;
  refuseForeignNotebooks(artifact, { place, content });
  const record = content.recorded?.record;
  const isRecorded =
    record?.state === "deployed" &&
    content.recorded?.published !== undefined &&
    record.environment === environment &&
    record.artifact.version === manifest.version &&
    record.artifact.digest === manifest.digest;
  if (!isRecorded) return undefined;
  const { updated, created, removed } = await planSwitch(fabric, artifact, { place, content });
  return updated.length + created.length + removed.length === 0 ? record : undefined;
}

/** Acquires the lock of the package, so that no other step deploys it to the workspace at the same time. */
async function lockPlace(
  host: TaskHost,
  fabric: FabricClient,
  place: DeploymentPlace,
): Promise<DeploymentLock> {
  const { id } = newIntent(host.variable);
  const lock = new DeploymentLock(fabric, host, { place, id });
  host.journal.write(journalKeys.site, JSON.stringify({ ...place, lockId: id } satisfies DeploymentSite));
  await lock.acquire(describeBuild(host));
  return lock;
}

/** Deletes the lock. If it may appear again, the post-job step looks for it. */
async function releaseLock({ journal }: TaskHost, lock: DeploymentLock): Promise<void> {
  const released = await lock.release();
  const mayAppear = released === 0 || new OpenRequests(journal, journalKeys.openLock).any;
  if (!mayAppear) journal.write(journalKeys.site, "");
}

function recordOf(host: TaskHost, { artifact, place, environment }: Deployment): NewRecord {
  const { name, version, digest } = artifact.manifest;
  const { objects: _, ...record } = newRecord({
    state: "deployed",
    environment,
    workspaceFolder: formatFabricPath(place),
    artifact: { name, version, digest },
    deployedOn: new Date().toISOString(),
    buildId: host.variable("Build.BuildId"),
    objects: [],
  });
  return record;
}
