import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { WorkspaceConfig } from "../emulator/config.ts";

const Name = "notebook-ops.local.yml";

/** The workspace's config for a pipeline: beside it, else in the nearest folder above, up to the repository's root. */
export function findConfigFile(pipelineFile: string): string | undefined {
  for (let folder = path.dirname(path.resolve(pipelineFile)); ; folder = path.dirname(folder)) {
    const file = path.join(folder, Name);
    if (existsSync(file)) return file;
    if (existsSync(path.join(folder, ".git")) || folder === path.dirname(folder)) return undefined;
  }
}

/** Reads a workspace's config. @throws one sentence where it is missing, no YAML, or not a map. */
export async function readConfigFile(file: string): Promise<WorkspaceConfig> {
  const { parse, YAMLParseError } = await import("yaml");
  try {
    const content = parse(readFileSync(file, "utf8")) as unknown;
    if (content === null) return {};
    if (typeof content !== "object" || Array.isArray(content))
      throw new Error("it is not a map of keys and values");
    return content as WorkspaceConfig;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const [reason] = error instanceof YAMLParseError ? error.message.split("\n") : [(error as Error).message];
    throw new Error(
      `Reading the workspace's config ${file} failed: ${isMissing ? "there is no such file" : reason?.replace(/[.:]$/, "")}; ` +
        "docs/architecture.md shows what it may hold.",
      { cause: error },
    );
  }
}
