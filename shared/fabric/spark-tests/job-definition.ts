import { RequestError } from "../../http/errors.ts";
import { createOnce, NothingCreated } from "../../intent/create-once.ts";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { TaskHost } from "../../task/host.ts";
import { isId } from "../api/ids.ts";
import type { Item } from "../api/items.ts";
import type { Workspace } from "../api/workspaces.ts";
import type { FabricClient } from "../connection.ts";
import { findItem } from "../find.ts";

/**
 * The Spark job definition of that name, which all runs share: each run says itself what it executes. Created if there is none, and never
 * deleted or changed, since others may be using it.
 * @param request.executableFile a file that exists, for the definition alone
 */
export async function findOrCreateDefinition(
  host: Pick<TaskHost, "journal" | "log" | "signal">,
  fabric: FabricClient,
  request: { workspace: Workspace; name: string; executableFile: string },
): Promise<Item> {
  const { workspace, name, executableFile } = request;
  if (isId(name)) return findItem(fabric, workspace, { type: "SparkJobDefinition", name });
  const find = async () => {
    const found: Item[] = [];
    for await (const item of fabric.items.list(workspace.id, "SparkJobDefinition"))
      if (item.displayName === name) found.push(item);
    return found;
  };
  const [existing] = await find();
  if (existing) return existing;
  const create = async () => {
    try {
      const created = await fabric.items.create(workspace.id, {
        type: "SparkJobDefinition",
        displayName: name,
        description: "Runs the Spark tests of pipelines (notebook-ops). Each run says what it executes.",
        definition: definitionOf(executableFile),
      });
      host.log.line(`Created the Spark job definition "${name}", which later runs use too.`);
      return created;
    } catch (error) {
      // Another pipeline may have created it meanwhile.
      const [found] = error instanceof RequestError && error.kind === "conflict" ? await find() : [];
      if (found === undefined) throw error;
      return found;
    }
  };
  return createOnce<Item, Item>({
    thing: `Spark job definition "${name}"`,
    create,
    find,
    adopt: (found) => found,
    open: new OpenRequests(host.journal, "openSparkJobDefinition"),
    log: host.log,
    signal: host.signal,
  }).catch((error) => {
    throw error instanceof NothingCreated ? error.cause : error;
  });
}

/** https://learn.microsoft.com/rest/api/fabric/articles/item-management/definitions/spark-job-definition */
function definitionOf(executableFile: string) {
  const settings = {
    executableFile,
    defaultLakehouseArtifactId: "",
    mainClass: "",
    additionalLakehouseIds: [],
    retryPolicy: null,
    commandLineArguments: "",
    additionalLibraryUris: [],
    language: "Python",
    environmentArtifactId: null,
  };
  const payload = Buffer.from(JSON.stringify(settings)).toString("base64");
  return {
    format: "SparkJobDefinitionV1",
    parts: [{ path: "SparkJobDefinitionV1.json", payload, payloadType: "InlineBase64" }],
  };
}
