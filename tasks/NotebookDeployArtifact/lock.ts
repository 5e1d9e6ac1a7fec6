import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import { readText } from "../../shared/databricks/deployment-record.ts";
import { deleteObject } from "../../shared/databricks/workspace-folders.ts";
import { RequestError } from "../../shared/http/index.ts";

/** Longer than any deployment takes: a lock that is older was left by an agent that died. */
const leaseMs = 30 * 60_000;

interface LockContent {
  /** Of the one step that holds it. */
  id: string;
  /** Where a person finds that step. */
  build: string;
  /** ISO 8601. */
  startedOn: string;
}

/**
 * Keeps two deployments to a folder apart: a file beside it that is made without overwriting, which a workspace does for one of
 * them alone.
 */
export class DeploymentLock {
  readonly path: string;

  constructor(
    private readonly workspace: DatabricksWorkspace,
    private readonly target: string,
    private readonly id: string,
  ) {
    this.path = `${target}.notebook-ops-lock`;
  }

  /** Fails with one sentence that names the build which holds it. */
  async acquire(build: string): Promise<void> {
    if (await this.#create(build)) return;
    const holder = await this.#read();
    if (holder === undefined || Date.now() - Date.parse(holder.startedOn) > leaseMs) {
      await deleteObject(this.workspace.workspace, { path: this.path, recursive: false });
      if (await this.#create(build)) return;
    }
    throw new Error(
      `Could not deploy to ${this.target}: ${holder?.build ?? "another build"} is deploying there since ${holder?.startedOn ?? "just now"}; wait for its end, or delete ${this.path} if it is not running any more.`,
    );
  }

  async isHeld(): Promise<boolean> {
    return (await this.#read())?.id === this.id;
  }

  async release(): Promise<void> {
    if (await this.isHeld())
      await deleteObject(this.workspace.workspace, { path: this.path, recursive: false });
  }

  /** False where somebody else holds it. An answer that was lost is found out by looking. */
  async #create(build: string): Promise<boolean> {
    const content: LockContent = { id: this.id, build, startedOn: new Date().toISOString() };
    try {
      await this.workspace.workspace.import({
        path: this.path,
        format: "RAW",
        content: Buffer.from(JSON.stringify(content)).toString("base64"),
        overwrite: false,
      });
      return true;
    } catch (error) {
      if (!(error instanceof RequestError) || !(error.kind === "conflict" || error.ambiguous)) throw error;
      if (await this.isHeld()) return true;
      if (error.kind === "conflict") return false;
      throw error;
    }
  }

  /** Undefined where there is none, or none that can be read. */
  async #read(): Promise<LockContent | undefined> {
    try {
      return JSON.parse((await readText(this.workspace.workspace, this.path)) ?? "null") ?? undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}
