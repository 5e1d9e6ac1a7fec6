import path from "node:path/posix";
import { extensionOf } from "../notebook-format.ts";
import type { FabricFile } from "./notebook-files.ts";

/**
 * The names by which the notebooks of a project include each other. Fabric finds a notebook by the name of its item in the whole workspace, so
 * folders do not tell two of the same name apart: those get their whole path as their name.
 */
export class IncludedNames {
  readonly #byItemName = new Map<string, FabricFile>();
  readonly #itemNames = new Map<FabricFile, string>();
  readonly #files: readonly FabricFile[];

  constructor(files: readonly FabricFile[]) {
    this.#files = files;
    const isUnique = (file: FabricFile) =>
      files.every((other) => other === file || !sameName(other.displayName, file.displayName));
    for (const file of files.filter(isUnique)) this.#add(file, file.displayName);
    for (const file of files.filter((each) => !isUnique(each))) {
      const path = file.name.replaceAll("/", "-");
      let itemName = path;
      for (let count = 2; this.#isTaken(itemName); count += 1) itemName = `${path}-${count}`;
      this.#add(file, itemName);
    }
  }

  #add(file: FabricFile, itemName: string): void {
    this.#itemNames.set(file, itemName);
    this.#byItemName.set(itemName, file);
  }

  #isTaken(itemName: string): boolean {
    return [...this.#byItemName.keys()].some((name) => sameName(name, itemName));
  }

  itemNameOf(file: FabricFile): string {
    return this.#itemNames.get(file)!;
  }

  fileOf(itemName: string): FabricFile | undefined {
    return this.#byItemName.get(itemName);
  }

  /** The notebook at a path after Databricks' `%run`, which is relative to the folder of the notebook that includes it. */
  atPath(target: string, from: FabricFile): FabricFile | undefined {
    const name = path.join(path.dirname(from.file.path), target);
    const extension = extensionOf(name);
    return this.#files.find((file) => file.name === name || (extension !== "" && file.file.path === name));
  }

  /** The notebook that Fabric's `%run` means by a display name: of several, the one in the same folder. Undefined if that does not decide. */
  named(displayName: string, from: FabricFile): FabricFile | undefined {
    const all = this.#files.filter((file) => file.displayName === displayName);
    if (all.length === 1) return all[0];
    return all.find((file) => path.dirname(file.name) === path.dirname(from.name));
  }
}

/** Fabric ignores case in the names of items. */
function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
