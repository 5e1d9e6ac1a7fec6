import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { wholeFolder } from "../files/remove-folder.ts";
import { rename } from "../files/rename.ts";

/**
 * The agent's tool cache, in the layout of azure-pipelines-tool-lib: `<folder>/<tool>/<version>/<arch>`, complete once
 * `<arch>.complete` is beside it. These few lines replace that library, which would be half of a task's size.
 */
export class ToolCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The folder of a tool, under the first of its names that exists: Microsoft's task stores ArtifactTool and looks for artifacttool. */
  find(names: readonly string[], version: string): string | undefined {
    return names.map((name) => this.#folderOf(name, version)).find((at) => existsSync(`${at}.complete`));
  }

  /** Fills the tool's folder. It appears complete or not at all, also if another job fills it at the same time. */
  async add(name: string, version: string, fill: (folder: string) => Promise<void>): Promise<string> {
    const target = this.#folderOf(name, version);
    await mkdir(path.dirname(target), { recursive: true });
    const staging = await mkdtemp(`${target}.partial-`);
    try {
      await fill(staging);
      if (!existsSync(`${target}.complete`)) {
        await rm(target, wholeFolder);
        await rename(staging, target);
        await writeFile(`${target}.complete`, "");
      }
    } finally {
      await rm(staging, wholeFolder);
    }
    return target;
  }

  #folderOf(name: string, version: string): string {
    return path.join(this.#folder, name, version, os.arch());
  }
}
