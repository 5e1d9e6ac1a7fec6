import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { readText } from "../../shared/databricks/folders/deployed-record.ts";
import { deleteObject } from "../../shared/databricks/folders/workspace-folders.ts";
import { RequestError } from "../../shared/http/errors.ts";
import { wait } from "../../shared/http/wait.ts";
import { couldNot } from "../../shared/text/could-not.ts";

/** Longer than any deployment takes: a lock that is older was left by an agent that died. */
const leaseMs = 30 * 60_000;
/** A workspace may answer a read with what was there before a write: no lock is believed to be gone at one look. */
const looksAgainAfterMs = [250, 500, 1_000];
/** Of creating it, as long as the answers leave open whether it came to be. */
const mostAttempts = 3;

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
  /** Creations with no clear answer whose effect was not seen. */
  #open = 0;

  readonly #databricks: DatabricksClient;
  readonly #target: string;
  readonly #id: string;

  constructor(databricks: DatabricksClient, target: string, id: string) {
    this.#databricks = databricks;
    this.#target = target;
    this.#id = id;
    this.path = `${target}.notebook-ops-lock`;
  }

  /** Fails with one sentence that names the build which holds it. */
  async acquire(build: string): Promise<void> {
    if (await this.#create(build)) return;
    const holder = await this.#read();
    const isDead = holder !== undefined && Date.now() - Date.parse(holder.startedOn) > leaseMs;
    if (isDead) await deleteObject(this.#databricks.workspace, { path: this.path, recursive: false });
    if ((isDead || holder === undefined) && (await this.#create(build))) return;
    throw new Error(
      couldNot(
        `deploy to ${this.#target}`,
        `${holder?.build ?? "another build"} has been deploying there since ${holder?.startedOn ?? "a moment ago"}`,
        `wait until it has finished, or delete ${this.path} if it is no longer running`,
      ),
    );
  }

  /** Whether it may appear once more after it was removed: a creation had no clear answer, and another one made the lock. */
  get mayReappear(): boolean {
    return this.#open > 0;
  }

  /** Undefined if there is no lock. */
  async holder(): Promise<"this" | "another" | undefined> {
    const holder = await this.#read();
    return holder && (holder.id === this.#id ? "this" : "another");
  }

  /**
   * Removes the lock unless it is another's. False if no lock was there to be removed: one whose creation had no clear answer may
   * still appear.
   */
  async release(): Promise<boolean> {
    for (const pauseMs of [0, ...looksAgainAfterMs]) {
      await wait(pauseMs);
      const holder = await this.#readOnce();
      if (holder !== undefined && holder.id !== this.#id) return true;
      if (holder !== undefined && (await this.#delete())) return true;
    }
    return false;
  }

  /** False if somebody else holds it. */
  async #create(build: string): Promise<boolean> {
    const content: LockContent = { id: this.#id, build, startedOn: new Date().toISOString() };
    for (let attempt = 1; ; attempt++)
      try {
        await this.#databricks.workspace.import({
          path: this.path,
          format: "RAW",
          content: Buffer.from(JSON.stringify(content)).toString("base64"),
          overwrite: false,
        });
        return true;
      } catch (error) {
        if (!(error instanceof RequestError) || !(error.kind === "conflict" || error.ambiguous)) throw error;
        if (error.ambiguous) this.#open++;
        if ((await this.holder()) === "this") {
          this.#open--; // of this creation, or of one before
          return true;
        }
        if (error.kind === "conflict") return false;
        if (attempt === mostAttempts) throw error;
      }
  }

  /** False if the workspace says that it is not there. */
  async #delete(): Promise<boolean> {
    try {
      await this.#databricks.workspace.delete({ path: this.path, recursive: false });
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.kind === "notFound") return false;
      throw error;
    }
  }

  async #read(): Promise<LockContent | undefined> {
    for (const pauseMs of [0, ...looksAgainAfterMs]) {
      await wait(pauseMs);
      const found = await this.#readOnce();
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #readOnce(): Promise<LockContent | undefined> {
    const text = await readText(this.#databricks, this.path);
    return text === undefined ? undefined : parseLock(text);
  }
}

/** A lock that cannot be read is somebody's all the same, of no known age. */
function parseLock(text: string): LockContent {
  const unknown: LockContent = { id: "", build: "another build", startedOn: "an unknown time" };
  try {
    const { id, build, startedOn } = JSON.parse(text) as LockContent;
    const isOurs =
      [id, build, startedOn].every((field) => typeof field === "string" && field.length <= 1_000) &&
      !Number.isNaN(Date.parse(startedOn));
    return isOurs ? { id, build, startedOn } : unknown;
  } catch {
    return unknown;
  }
}
