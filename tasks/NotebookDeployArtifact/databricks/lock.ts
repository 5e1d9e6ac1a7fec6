import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { readText } from "../../../shared/databricks/folders/deployed-record.ts";
import { deleteObject } from "../../../shared/databricks/folders/workspace-folders.ts";
import { RequestError } from "../../../shared/http/errors.ts";
import { withRetries } from "../../../shared/http/retry.ts";
import { wait } from "../../../shared/http/wait.ts";
import { couldNot } from "../../../shared/text/could-not.ts";

/** Longer than any deployment takes. A lock that is older was left by an agent that died. */
const leaseMs = 30 * 60_000;
/** A read may return the state before a recent write, so a lock counts as missing only after several reads. */
const rereadAfterMs = [250, 500, 1_000];
/** How often a creation is attempted if the answers do not say whether it took effect. */
const maxAttempts = 3;

interface LockContent {
  /** Identifies the step that holds the lock. */
  id: string;
  /** The build of that step, for people. */
  build: string;
  /** ISO 8601. */
  startedOn: string;
}

/**
 * Ensures that only one deployment at a time changes a folder. The lock is a file beside the folder that is imported without overwriting,
 * which succeeds for one deployment only.
 */
export class DeploymentLock {
  readonly path: string;
  /** How many creations without a clear answer may still take effect. */
  #openCreations = 0;

  readonly #databricks: DatabricksClient;
  readonly #target: string;
  readonly #id: string;

  constructor(databricks: DatabricksClient, target: string, id: string) {
    this.#databricks = databricks;
    this.#target = target;
    this.#id = id;
    this.path = `${target}.notebook-ops-lock`;
  }

  /**
   * Creates the lock, or replaces one that is older than any deployment takes. Fails with a sentence that names the build which holds it.
   * @param build describes the build of this step for people
   */
  async acquire(build: string): Promise<void> {
    if (await this.#create(build)) return;
    const holder = await this.#read();
    const isAbandoned = holder !== undefined && Date.now() - Date.parse(holder.startedOn) > leaseMs;
    if (isAbandoned) await deleteObject(this.#databricks.workspace, { path: this.path, recursive: false });
    if ((isAbandoned || holder === undefined) && (await this.#create(build))) return;
    throw new Error(
      couldNot(
        `deploy to ${this.#target}`,
        `${holder?.build ?? "another build"} has been deploying there since ${holder?.startedOn ?? "a moment ago"}`,
        `wait until it has finished, or delete ${this.path} if it is no longer running`,
      ),
    );
  }

  /** Whether the lock may appear again after it is removed, because a creation without a clear answer may still take effect. */
  get mayReappear(): boolean {
    return this.#openCreations > 0;
  }

  /** Who holds the lock: this deployment or another one. Undefined if there is no lock. */
  async holder(): Promise<"this" | "another" | undefined> {
    const holder = await this.#read();
    return holder && (holder.id === this.#id ? "this" : "another");
  }

  /**
   * Removes the lock unless another deployment holds it. Returns false if there was no lock, which may then still appear if its creation
   * had no clear answer.
   */
  async release(): Promise<boolean> {
    for (const pauseMs of [0, ...rereadAfterMs]) {
      await wait(pauseMs);
      const holder = await this.#readOnce();
      if (holder !== undefined && holder.id !== this.#id) return true;
      if (holder !== undefined && (await this.#delete())) return true;
    }
    return false;
  }

  /** Returns false if another deployment holds the lock. */
  async #create(build: string): Promise<boolean> {
    const content: LockContent = { id: this.#id, build, startedOn: new Date().toISOString() };
    let unanswered: unknown;
    const create = async (): Promise<boolean> => {
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
        if (error.ambiguous) this.#openCreations++;
        if ((await this.holder()) === "this") {
          this.#openCreations--; // this creation or an earlier one has taken effect
          return true;
        }
        if (error.kind === "conflict") return false;
        unanswered = error;
        throw error;
      }
    };
    return withRetries(create, {
      pauseMs: (error, attempt) => (error === unanswered && attempt < maxAttempts ? 0 : undefined),
    });
  }

  /** Returns false if the workspace says that there is no lock. */
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
    for (const pauseMs of [0, ...rereadAfterMs]) {
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

/** Parses a lock. One that is not valid counts as the lock of another build, of unknown age. */
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
