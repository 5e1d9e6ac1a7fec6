import { randomUUID } from "node:crypto";
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
  capacity?: Capacity;
  readonly folders: Folder[];
  /** Display name of the principal that created it; undefined for a workspace of the config. */
  readonly creator?: string;
}

export interface Folder {
  readonly id: string;
  displayName: string;
  parentFolderId?: string;
}

const roles: readonly FabricRole[] = ["Viewer", "Contributor", "Member", "Admin"];

/** The workspaces and capacities of the tenant, and what each identity may do in them. */
export class FabricWorkspaces {
  readonly capacities: readonly Capacity[];
  readonly #workspaces = new Map<string, FabricWorkspace>();

  constructor(capacities: readonly FabricCapacityConfig[] = [{ name: "local" }]) {
    this.capacities = capacities.map(({ name, id = randomUUID(), state = "Active" }) => ({
      id: id.toLowerCase(),
      displayName: name,
      state,
    }));
  }

  add(workspace: { name: string; id?: string; capacity?: Capacity; description?: string; creator?: string }) {
    const { name, id = randomUUID(), capacity, description = "", creator } = workspace;
    const added: FabricWorkspace = {
      id: id.toLowerCase(),
      displayName: name,
      description,
      folders: [],
      ...(capacity ? { capacity } : {}),
      ...(creator === undefined ? {} : { creator }),
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
    return (
      this.#workspaces.get(name.toLowerCase()) ??
      this.all().find(({ displayName }) => displayName.toLowerCase() === name.toLowerCase())
    );
  }

  /** The workspace of this id, if the caller has `role` or a higher one. Without any role it is as if there were no workspace. */
  get(id: string, caller: Application, role: FabricRole = "Viewer"): FabricWorkspace {
    const workspace = this.#workspaces.get(id.toLowerCase());
    if (!workspace) throw fabricError(404, "WorkspaceNotFound", "The requested workspace was not found");
    if (!caller.fabricRole || roles.indexOf(caller.fabricRole) < roles.indexOf(role))
      throw insufficientPrivileges();
    return workspace;
  }
}
