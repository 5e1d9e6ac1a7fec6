import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Application } from "../entra/directory.ts";
import type { CapacityState, FabricCapacityConfig, FabricRole } from "./config.ts";
import { fabricError, insufficientPrivileges } from "./errors.ts";

export interface Capacity {
  readonly id: string;
  readonly displayName: string;
  readonly state: CapacityState;
}

export interface FabricWorkspace {
  readonly id: string;
  displayName: string;
  description: string;
  readonly capacity?: Capacity;
  readonly folders: Folder[];
  /** The principal that created it, and so is its administrator; undefined for a workspace of the config. */
  readonly creator?: Application;
  /** On the workspace's clock. */
  readonly createdMs: number;
}

export interface Folder {
  readonly id: string;
  readonly displayName: string;
  readonly parentFolderId?: string;
}

interface NewWorkspace {
  name: string;
  id?: string | undefined;
  capacity?: Capacity | undefined;
  description?: string;
  creator?: Application;
}

const roles: readonly FabricRole[] = ["Viewer", "Contributor", "Member", "Admin"];

/** The workspaces and capacities of the tenant, and what each identity may do in them. */
export class FabricWorkspaces {
  readonly capacities: readonly Capacity[];
  readonly #workspaces = new Map<string, FabricWorkspace>();

  readonly #clock: Clock;

  constructor(clock: Clock, capacities: readonly FabricCapacityConfig[] = [{ name: "local" }]) {
    this.#clock = clock;
    this.capacities = capacities.map(({ name, id = randomUUID(), state = "Active" }) => ({
      id: id.toLowerCase(),
      displayName: name,
      state,
    }));
  }

  add({ name, id = randomUUID(), capacity, description = "", creator }: NewWorkspace): FabricWorkspace {
    const added: FabricWorkspace = {
      id: id.toLowerCase(),
      displayName: name,
      description,
      folders: [],
      createdMs: this.#clock.now(),
      ...(capacity ? { capacity } : {}),
      ...(creator ? { creator } : {}),
    };
    this.#workspaces.set(added.id, added);
    return added;
  }

  remove(workspace: FabricWorkspace): void {
    this.#workspaces.delete(workspace.id);
  }

  all(): FabricWorkspace[] {
    return [...this.#workspaces.values()];
  }

  /** @param name its display name, or its id in any case */
  find(name: string): FabricWorkspace | undefined {
    return this.#workspaces.get(name.toLowerCase()) ?? this.named(name);
  }

  named(name: string): FabricWorkspace | undefined {
    return this.all().find(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
  }

  roleOf({ objectId, fabricRole }: Application, { creator }: FabricWorkspace): FabricRole | undefined {
    return creator?.objectId === objectId ? "Admin" : fabricRole;
  }

  /** The workspace of this id, if the caller has `role` or a higher one in it. */
  get(id: string, caller: Application, role: FabricRole): FabricWorkspace {
    const workspace = this.#workspaces.get(id.toLowerCase());
    if (!workspace) throw workspaceNotFound(id);
    const own = this.roleOf(caller, workspace);
    if (!own || roles.indexOf(own) < roles.indexOf(role)) throw insufficientPrivileges();
    return workspace;
  }
}

const workspaceNotFound = (resourceId: string) =>
  fabricError(404, "WorkspaceNotFound", "The requested workspace was not found", {
    relatedResource: { resourceId, resourceType: "Workspace" },
  });
