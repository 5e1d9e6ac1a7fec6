import path from "node:path";
import type { TaskHost } from "../task/host.ts";

/** The slash-separated path of a file, relative to the root of the repository. Undefined if the file is not in the repository. */
export function pathInRepository(host: Pick<TaskHost, "variable">, file: string): string | undefined {
  const root = host.variable("Build.Repository.LocalPath") ?? host.variable("Build.SourcesDirectory");
  const relative = root === undefined ? ".." : path.relative(root, file);
  const isInside = !path.isAbsolute(relative) && relative.split(path.sep)[0] !== "..";
  return isInside ? relative.split(path.sep).join("/") : undefined;
}
