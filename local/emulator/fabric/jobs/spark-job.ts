import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { basename, join, resolve, sep } from "node:path";
import type { Item } from "../items.ts";
import { CannotRun, type ExecutionParts, executeJob } from "./execution.ts";
import type { JobInstance } from "./job-instance.ts";
import type { JobEnd } from "./job-instances.ts";
import type { SparkJobRequest } from "./spark-job-request.ts";

/** Runs the Python file of a Spark job definition. */
export function executeSparkJob(
  parts: ExecutionParts,
  instance: JobInstance,
  request: SparkJobRequest,
): Promise<JobEnd> {
  return executeJob(parts, instance, (folder) => {
    if (!request.executableFile) throw new CannotRun("The Spark job definition has no executableFile");
    // As on the platform, the job runs a copy, and its libraries can be imported since they are beside it.
    const target = join(folder, "script");
    mkdirSync(target, { recursive: true });
    const copy = (uri: string, kind: "Main" | "Libs") => {
      const copied = join(target, basename(uri));
      copyFileSync(fileOf(parts, instance.item, uri, kind), copied);
      return copied;
    };
    const libraries = instance.item.sparkJob?.files.filter(({ path }) => path.startsWith("Libs/")) ?? [];
    for (const { path } of libraries) copy(basename(path), "Libs");
    for (const uri of request.libraryUris) copy(uri, "Libs");
    const file = copy(request.executableFile, "Main");
    if (!file.endsWith(".py"))
      throw new CannotRun(`The local workspace runs Python files only, and ${basename(file)} is not one`);
    return {
      parameters: {},
      sparkConf: {},
      script: { file, arguments: request.arguments },
      lakehouse: request.lakehouse,
      environment: request.environment,
    };
  });
}

/** The file of an abfss address in OneLake, or one of the definition's own files by its name. */
function fileOf(
  { workspaces, items }: ExecutionParts,
  own: Item,
  uri: string,
  kind: "Main" | "Libs",
): string {
  const [, workspaceName, itemName = "", path = ""] =
    /^abfss?:\/\/([^@/]+)@[^/]+\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (workspaceName === undefined) return existing(own.folder, join(kind, basename(uri)), uri);
  const workspace = workspaces.find(decodeURIComponent(workspaceName));
  const [, displayName, type] = /^(.+)\.(\w+)$/.exec(decodeURIComponent(itemName)) ?? [];
  const item =
    workspace &&
    (items.find(workspace, itemName) ??
      (displayName && type ? items.named(workspace, type, displayName) : undefined));
  if (!item) throw new CannotRun(`The file ${uri} was not found`);
  return existing(item.folder, decodeURIComponent(path), uri);
}

function existing(folder: string, path: string, uri: string): string {
  const file = resolve(folder, path);
  if (file.startsWith(`${folder}${sep}`) && statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new CannotRun(`The file ${uri} was not found`);
}
