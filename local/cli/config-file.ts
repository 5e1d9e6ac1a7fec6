import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { couldNot } from "../../shared/text/could-not.ts";
import type { WorkspaceConfig } from "../emulator/config.ts";
import { UsageError } from "./command-line/usage-error.ts";

const fileName = "notebook-ops.local.yml";

/** The workspace's config for a pipeline: beside it, or in the nearest folder above, up to the repository's root. */
export function findConfigFile(pipelineFile: string): string | undefined {
  for (let folder = path.dirname(path.resolve(pipelineFile)); ; folder = path.dirname(folder)) {
    const file = path.join(folder, fileName);
    if (existsSync(file)) return file;
    if (existsSync(path.join(folder, ".git")) || folder === path.dirname(folder)) return undefined;
  }
}

/** Reads and checks a workspace's config. @throws UsageError with a line for each problem */
export async function readConfigFile(file: string): Promise<WorkspaceConfig> {
  const [{ readConfig }, { workspaceConfig }] = await Promise.all([
    import("../emulator/config-schema/read-config.ts"),
    import("../emulator/config.ts"),
  ]);
  const shown = asSeenFromHere(file);
  const { config, problems } = readConfig(readText(file, shown), workspaceConfig, path.dirname(file));
  if (problems.length === 0) return config;
  throw new UsageError(problems.map(({ line, message }) => `${shown}:${line}: ${message}`).join("\n"));
}

function readText(file: string, shown: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : message;
    throw new UsageError(
      couldNot(
        `read the workspace's config ${shown}`,
        reason,
        `give the path of a file in the format of ${fileName}`,
      ),
      { cause: error },
    );
  }
}

/** Relative to the working directory if the file is below it, as a person at the terminal would write it. */
function asSeenFromHere(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}
