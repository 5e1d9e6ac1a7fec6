import path from "node:path";
import { formatFabricPath } from "../../../shared/deployment/fabric-path.ts";
import { connectFabric } from "../../../shared/fabric/connection.ts";
import { lockName } from "../../../shared/fabric/deployment/place.ts";
import { findWorkspace } from "../../../shared/fabric/find.ts";
import { newIntent } from "../../../shared/intent/intent.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { DeploymentTarget } from "../target.ts";
import { deploy } from "./deploy.ts";
import { readNotebooks } from "./project.ts";
import { keepFinalRecord } from "./record.ts";
import { undoDeployment } from "./undo.ts";

const maxNameLength = 256;

/** The notebooks of a package in a Fabric workspace. */
export async function fabricTarget(
  host: TaskHost,
  { workspace, packageName, environment }: { workspace: string; packageName: string; environment: string },
): Promise<DeploymentTarget> {
  const longestName = lockName({ packageName }, newIntent(host.variable).id);
  if (longestName.length > maxNameLength)
    throw new Error(
      couldNot(
        `deploy ${packageName} to Fabric`,
        `the notebook that is its lock would have a name of ${longestName.length} characters, and Fabric allows ${maxNameLength}`,
        "give the package a shorter name",
      ),
    );
  const fabric = await connectFabric(host);
  const { id: workspaceId, displayName: workspaceName } = await findWorkspace(fabric, workspace);
  const place = { workspaceId: workspaceId.toLowerCase(), workspaceName, packageName };
  return {
    path: formatFabricPath(place),
    deploy: async (artifact, tempFolder) =>
      deploy(host, fabric, {
        place,
        environment,
        artifact: await readNotebooks(artifact, { log: host.log, tempFolder }),
        tempFolder,
      }),
    undo: (options) => undoDeployment(fabric, host, options),
    saveRecord: async (_record, tempFolder) =>
      keepFinalRecord(host, { place, folder: path.join(tempFolder, "before") }),
  };
}
