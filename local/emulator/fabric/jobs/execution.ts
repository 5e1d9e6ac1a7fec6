import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DriverHost, FabricHost, FabricNotebook } from "../../../driver/driver-host.ts";
import type { ExecutionRequest, FabricRun } from "../../../driver/execution-request.ts";
import type { ExecutionResult } from "../../../driver/execution-result.ts";
import type { Application } from "../../entra/directory.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import type { Item, Items, ItemType } from "../items.ts";
import { newNotebook } from "../notebooks.ts";
import type { FabricWorkspace, FabricWorkspaces } from "../workspaces.ts";
import { DriverLog } from "./driver-log.ts";
import type { JobInstance } from "./job-instance.ts";
import type { JobEnd } from "./job-instances.ts";
import type { ItemReference } from "./notebook-request.ts";

export interface ExecutionParts {
  workspace: LocalWorkspace;
  workspaces: FabricWorkspaces;
  items: Items;
  /** What a notebook may ask, in the name of who started it. */
  hostOf(creator: Application, placeNotebook: (item: Item) => NotebookPlace): FabricHost;
}

/** Where the driver finds a notebook. */
type NotebookPlace = Pick<FabricNotebook, "workspaceFolder" | "notebookPath">;

/** Writes a notebook to the folder of a run, below its workspace's. */
export function placeNotebook({ displayName, notebook, workspace }: Item, folder: string): NotebookPlace {
  const workspaceFolder = join(folder, workspace.id);
  mkdirSync(workspaceFolder, { recursive: true });
  writeFileSync(join(workspaceFolder, displayName), (notebook ?? newNotebook()).payload);
  return { workspaceFolder, notebookPath: `/${displayName}` };
}

/** A run that cannot begin, such as one whose lakehouse does not exist. The instance ends with its message. */
export class CannotRun extends Error {}

/** What the two kinds of jobs do not share. */
interface Job extends Pick<ExecutionRequest, "sparkConf" | "script"> {
  parameters: Record<string, string | number | boolean>;
  lakehouse: ItemReference | undefined;
  environment: ItemReference | undefined;
}

/**
 * Runs an item by the driver.
 * @param prepare fills the folder of the run, and says what to run
 */
export async function executeJob(
  parts: ExecutionParts,
  instance: JobInstance,
  prepare: (folder: string) => Job,
): Promise<JobEnd> {
  const { clock, notebooks, stateFolder } = parts.workspace;
  const folder = join(stateFolder, "fabric", instance.id);
  try {
    const job = prepare(folder);
    const { item } = instance;
    const lakehouse = job.lakehouse && findItem(parts, item.workspace, "Lakehouse", job.lakehouse);
    const environment = job.environment && findItem(parts, item.workspace, "Environment", job.environment);
    const host: DriverHost = {
      workspaceFolder: join(folder, item.workspace.id),
      secret: () => undefined,
      secretScopes: () => [],
      secretKeys: () => [],
      fabric: parts.hostOf(instance.creator, (notebook) => placeNotebook(notebook, folder)),
    };
    const log = new DriverLog(join(stateFolder, "fabric-logs", instance.id));
    const execution = await notebooks.execute(
      {
        platform: "fabric",
        runId: instance.id,
        notebookPath: `/${item.displayName}`,
        parameters: {},
        clusterId: environment?.id ?? "starter-pool",
        sparkConf: job.sparkConf,
        environment: {},
        libraries: [...(environment?.libraries ?? [])],
        ...(job.script ? { script: job.script } : {}),
        fabric: {
          ...describe(instance),
          parameters: job.parameters,
          ...(environment ? { environment: reference(environment) } : {}),
          ...(lakehouse
            ? { lakehouse: { ...reference(lakehouse), workspaceName: lakehouse.workspace.displayName } }
            : {}),
        },
      },
      host,
    );
    const startMs = clock.now();
    instance.session = { sparkApplicationId: `application_${instance.startMs}_0001`, startMs, log };
    const cancel = () => execution.cancel("The job instance was cancelled.");
    if (instance.abort.signal.aborted) cancel();
    instance.abort.signal.addEventListener("abort", cancel, { once: true });
    const [result] = await Promise.all([execution.result, log.fill(execution.output)]);
    await log.end(result.error);
    instance.result = result;
    return endOf(result);
  } catch (error) {
    const errorCode = error instanceof CannotRun ? "InvalidRunConfiguration" : "SystemError";
    return { status: "Failed", errorCode, message: (error as Error).message };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function describe({ id, item: { workspace, ...item } }: JobInstance): FabricRun {
  return {
    workspace: { id: workspace.id, name: workspace.displayName },
    item: { id: item.id, name: item.displayName },
    jobInstanceId: id,
  };
}

const reference = ({ id, displayName, workspace }: Item) => ({
  id,
  name: displayName,
  workspaceId: workspace.id,
});

function findItem(
  { workspaces, items }: ExecutionParts,
  own: FabricWorkspace,
  type: ItemType,
  { id, name, workspaceId }: ItemReference,
): Item {
  const workspace = workspaceId === undefined ? own : workspaces.find(workspaceId);
  const found =
    workspace && (id === undefined ? items.named(workspace, type, name ?? "") : items.find(workspace, id));
  if (found?.type === type) return found;
  throw new CannotRun(`The ${type} ${name ?? id} was not found in the workspace ${workspaceId ?? own.id}`);
}

/** What failed in the notebook is not in the answer, as recorded from the service; it is in the notebook's snapshot. */
function endOf({ state, exitValue }: ExecutionResult): JobEnd {
  if (state === "success") return { status: "Completed", ...(exitValue === undefined ? {} : { exitValue }) };
  if (state === "canceled") return { status: "Cancelled" };
  const message = "Job instance failed without detail error";
  return { status: "Failed", errorCode: "JobInstanceStatusFailed", message };
}
