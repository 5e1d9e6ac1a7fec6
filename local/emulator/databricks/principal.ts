/** A user or service principal of the Databricks workspace. */
export interface Principal {
  /** Its id in the workspace. */
  id: string;
  kind: "user" | "service-principal";
  /** E-mail address, or application id. */
  userName: string;
  displayName: string;
}

/** The users and service principals of the workspace. Their ids are as long as the platform's, so that a client that rounds them is found out. */
export class Principals {
  readonly admin: Principal;
  readonly #byUserName = new Map<string, Principal>();
  #nextId = 7_012_345_678_900_001n;

  constructor() {
    this.admin = this.add("user", "admin@local.test", "Local administrator");
  }

  add(kind: Principal["kind"], userName: string, displayName: string): Principal {
    const principal = { id: String(this.#nextId++), kind, userName, displayName };
    this.#byUserName.set(userName, principal);
    return principal;
  }

  all(): Principal[] {
    return [...this.#byUserName.values()];
  }

  find(userName: string): Principal | undefined {
    return this.#byUserName.get(userName);
  }
}
