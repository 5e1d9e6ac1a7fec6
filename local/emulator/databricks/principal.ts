/** A user or service principal of the Databricks workspace. */
export interface Principal {
  /** Its id in the workspace. */
  id: string;
  kind: "user" | "service-principal";
  /** E-mail address, or application id. */
  userName: string;
  displayName: string;
  /** A principal that is not active keeps its name and its tokens, but no request of it is admitted. */
  active: boolean;
}

/** The id of the workspace in links and answers. */
export const organisationId = "7405605812345678";

/** The users and service principals of the workspace. Their ids are as long as the platform's, so that a client that rounds them is found out. */
export class Principals {
  readonly admin: Principal;
  readonly #byUserName = new Map<string, Principal>();
  #nextId = 7_012_345_678_900_001n;

  constructor() {
    this.admin = this.add("user", "admin@local.test", "Local administrator");
  }

  add(kind: Principal["kind"], userName: string, displayName: string): Principal {
    const principal = { id: this.newId(), kind, userName, displayName, active: true };
    this.#byUserName.set(userName, principal);
    return principal;
  }

  /** An id that no user, service principal or group has. */
  newId(): string {
    return String(this.#nextId++);
  }

  remove(principal: Principal): void {
    this.#byUserName.delete(principal.userName);
  }

  all(): Principal[] {
    return [...this.#byUserName.values()];
  }

  find(userName: string): Principal | undefined {
    return this.#byUserName.get(userName);
  }
}
