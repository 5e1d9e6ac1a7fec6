import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import { alreadyExists, apiError, doesNotExist, invalidParameter } from "../errors.ts";
import type { Principal } from "../principal.ts";
import type { Language } from "./notebook-format.ts";

/** Source: https://docs.databricks.com/api/azure/workspace/workspace/getstatus */
export interface WorkspaceObject {
  path: string;
  type: "DIRECTORY" | "NOTEBOOK" | "FILE";
  id: number;
  language?: Language;
  /** The form of a notebook on disk. */
  form?: "source" | "ipynb";
  size: number;
  createdMs: number;
  modifiedMs: number;
  /** Undefined for what the workspace contained when it started. */
  creator?: Principal;
}

export type NewObject = Pick<WorkspaceObject, "type" | "language" | "form">;

/**
 * The workspace's tree, mirrored on disk so that the driver executes from it: `/Shared/a` is `<folder>/Shared/a`, a notebook is a
 * file without extension.
 */
export class WorkspaceObjects {
  readonly folder: string;
  readonly #clock: Clock;
  readonly #objects = new Map<string, WorkspaceObject>();
  #nextId = 1_000_000_001;

  constructor(folder: string, clock: Clock) {
    this.folder = folder;
    this.#clock = clock;
  }

  find(path: string): WorkspaceObject | undefined {
    return this.#objects.get(path);
  }

  all(): WorkspaceObject[] {
    return [...this.#objects.values()];
  }

  get(path: string): WorkspaceObject {
    const object = this.find(path);
    if (object) return object;
    throw doesNotExist(`Path (${path}) doesn't exist.`);
  }

  /** The objects directly in a directory, by path. */
  children(path: string): WorkspaceObject[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    return [...this.#objects.values()]
      .filter(
        (object) =>
          object.path.startsWith(prefix) &&
          object.path !== "/" &&
          !object.path.slice(prefix.length).includes("/"),
      )
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Makes a directory and those above it, unless they exist. */
  async makeDirectories(path: string, creator?: Principal): Promise<void> {
    const parts = path.split("/").filter(Boolean);
    const paths = ["/", ...parts.map((_part, i) => `/${parts.slice(0, i + 1).join("/")}`)];
    for (const each of paths) {
      const present = this.find(each);
      if (present && present.type !== "DIRECTORY") {
        throw alreadyExists(`Cannot create directory ${path}: ${each} is not a directory.`);
      }
      if (!present) this.#add(each, { type: "DIRECTORY" }, 0, creator);
    }
    await mkdir(this.fileOf(path), { recursive: true });
  }

  async write(
    path: string,
    kind: NewObject,
    content: Buffer,
    overwrite: boolean,
    creator?: Principal,
  ): Promise<void> {
    const parent = parentOf(path);
    if (this.find(parent)?.type !== "DIRECTORY")
      throw doesNotExist(`The parent folder (${parent}) does not exist.`);
    const present = this.find(path);
    if (present && !overwrite) throw alreadyExists(`Path (${path}) already exists.`);
    if (present && present.type !== kind.type) {
      const [asked, actual] = [kind.type, present.type].map(
        (type) => type.charAt(0) + type.slice(1).toLowerCase(),
      );
      throw invalidParameter(
        `Cannot overwrite the asset at ${path} due to type mismatch (asked: ${asked}, actual: ${actual})`,
      );
    }
    const object = this.#add(path, kind, content.length, present ? present.creator : creator);
    if (present) Object.assign(object, { id: present.id, createdMs: present.createdMs });
    await writeFile(this.fileOf(path), content);
  }

  read(object: WorkspaceObject): Promise<Buffer> {
    return readFile(this.fileOf(object.path));
  }

  async delete(path: string, recursive: boolean): Promise<void> {
    const object = this.get(path);
    if (path === "/") throw apiError(400, "BAD_REQUEST", "Cannot delete the root folder.");
    const inside = [...this.#objects.keys()].filter((each) => each.startsWith(`${path}/`));
    if (object.type === "DIRECTORY" && inside.length > 0 && !recursive) {
      throw apiError(400, "DIRECTORY_NOT_EMPTY", `Folder (${path}) is not empty`);
    }
    for (const each of [path, ...inside]) this.#objects.delete(each);
    await rm(this.fileOf(path), { recursive: true, force: true });
  }

  fileOf(path: string): string {
    return join(this.folder, ...path.split("/").filter(Boolean));
  }

  ledger(): LedgerEntry[] {
    return [...this.#objects.values()]
      .filter((object) => object.creator !== undefined)
      .map((object) => ({
        id: String(object.id),
        name: object.path,
        tags: {},
        creator: object.creator?.displayName ?? "",
        ageSeconds: (this.#clock.now() - object.createdMs) / 1000,
        state: object.type,
      }));
  }

  #add(path: string, kind: NewObject, size: number, creator: Principal | undefined): WorkspaceObject {
    const now = Math.round(this.#clock.now());
    const object: WorkspaceObject = {
      path,
      ...kind,
      id: this.#nextId++,
      size,
      createdMs: now,
      modifiedMs: now,
      ...(creator ? { creator } : {}),
    };
    this.#objects.set(path, object);
    return object;
  }
}

/** A workspace path without `/Workspace` in front and without a slash at the end. Refuses a path that leads out of the tree. */
export function workspacePath(given: string): string {
  if (!given.startsWith("/"))
    throw invalidParameter(`Path (${given}) must be absolute: it must start with '/'`);
  const parts = given.split("/").filter(Boolean);
  if (parts[0] === "Workspace") parts.shift();
  if (parts.some((part) => part === "." || part === ".." || part.includes("\0") || part.includes("\\"))) {
    throw invalidParameter(`Path (${given}) is invalid.`);
  }
  return `/${parts.join("/")}`;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
