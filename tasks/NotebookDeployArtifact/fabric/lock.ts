import type { Item } from "../../../shared/fabric/api/items.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import { createNotebook } from "../../../shared/fabric/deployment/create-notebook.ts";
import { deleteNotebooks } from "../../../shared/fabric/deployment/delete-notebooks.ts";
import { type DeploymentPlace, lockName } from "../../../shared/fabric/deployment/place.ts";
import { poll } from "../../../shared/http/poll.ts";
import { wait } from "../../../shared/http/wait.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import { oneLine } from "../../../shared/text/plain-text.ts";
import { journalKeys } from "./journal.ts";

/** Longer than a deployment takes, whose every request may be an operation of 20 s. A lock that is older was left by an agent that died. */
const leaseMs = 60 * 60_000;
/** How long to look for a lock that was just created, and for one that was there a while ago. */
const visibleWithinMs = 10_000;
const holderWithinMs = 2_000;
/** How often two deployments that began at the same moment give way to each other. */
const maxRounds = 3;
const longestPauseMs = 2_500;
const maxDescription = 256;

type LockHost = Pick<TaskHost, "log" | "signal" | "journal">;

/**
 * Ensures that only one deployment at a time changes the notebooks of a package in a workspace. Each deployment creates a notebook of its own name
 * as its lock, and has the lock if no other one is there after that. A lock with one name for all, whose creation succeeds once, would keep the next
 * deployment waiting: Fabric reserves the name of a deleted item for minutes, https://github.com/microsoft/fabric-cicd/issues/126.
 */
export class DeploymentLock {
  readonly #fabric: FabricClient;
  readonly #host: LockHost;
  readonly #place: DeploymentPlace;
  readonly #name: string;

  constructor(fabric: FabricClient, host: LockHost, { place, id }: { place: DeploymentPlace; id: string }) {
    this.#fabric = fabric;
    this.#host = host;
    this.#place = place;
    this.#name = lockName(place, id);
  }

  /**
   * Creates the lock, and deletes those of agents that died. Fails with a sentence that names the build which holds another one.
   * @param build describes the build of this step for people
   */
  async acquire(build: string): Promise<void> {
    for (let round = 1; ; round++) {
      this.#refuseIf((await this.#others(await this.#list()))[0]);
      await this.#create(build);
      const other = await this.#otherBeside();
      if (other === undefined) return;
      // Neither can know which came first. The other deployment may have given way, too, so that one of them succeeds in a later round.
      await this.release();
      if (round === maxRounds) this.#refuseIf(other);
      await wait(Math.random() * longestPauseMs, this.#host.signal);
    }
  }

  /** Who holds the lock: this deployment or another one. Undefined if there is no lock. */
  async holder(): Promise<"this" | "another" | undefined> {
    const found = await poll({
      check: () => this.#list(),
      done: (locks) => locks.length > 0,
      timeoutMs: holderWithinMs,
    });
    const locks = found.value ?? [];
    if (locks.some(({ displayName }) => displayName === this.#name)) return "this";
    return locks.length > 0 ? "another" : undefined;
  }

  /** Deletes the lock of this deployment. Returns how many there were. */
  async release(): Promise<number> {
    const own = (await this.#list()).filter(({ displayName }) => displayName === this.#name);
    for (const lock of own) await this.#delete(lock);
    return own.length;
  }

  async #create(build: string): Promise<void> {
    const description = `notebook-ops lock since ${new Date().toISOString()} of ${build}`;
    await createNotebook(
      this.#fabric,
      {
        workspaceId: this.#place.workspaceId,
        displayName: this.#name,
        description: description.slice(0, maxDescription),
      },
      { ...this.#host, open: new OpenRequests(this.#host.journal, journalKeys.openLock) },
    );
  }

  /** A lock beside that of this deployment. A list that shows this one shows all that were created before it. */
  async #otherBeside(): Promise<Item | undefined> {
    const found = await poll({
      check: () => this.#list(),
      done: (locks) => locks.some(({ displayName }) => displayName === this.#name),
      timeoutMs: visibleWithinMs,
      signal: this.#host.signal,
    });
    this.#host.signal.throwIfAborted();
    if (found.state === "done") return (await this.#others(found.value))[0];
    throw new Error(
      couldNot(
        `lock the deployment of ${this.#place.packageName} to ${this.#place.workspaceName}`,
        "the notebook that is the lock was created, but is not in the workspace",
        "find out who deletes notebooks there, and run the step again",
      ),
    );
  }

  async #others(locks: readonly Item[]): Promise<Item[]> {
    const others: Item[] = [];
    for (const lock of locks) {
      if (lock.displayName === this.#name) continue;
      const since = parseLock(lock)?.startedOn;
      if (since !== undefined && Date.now() - since.getTime() > leaseMs) await this.#delete(lock);
      else others.push(lock);
    }
    return others;
  }

  #refuseIf(other: Item | undefined): void {
    if (other === undefined) return;
    const { build = "another build", startedOn } = parseLock(other) ?? {};
    throw new Error(
      couldNot(
        `deploy ${this.#place.packageName} to ${this.#place.workspaceName}`,
        `${build} has been deploying there since ${startedOn?.toISOString() ?? "an unknown time"}`,
        `wait until it has finished, or delete the notebook ${oneLine(other.displayName, maxDescription)} if it is no longer running`,
      ),
    );
  }

  async #list(): Promise<Item[]> {
    const prefix = lockName(this.#place).toLowerCase();
    const locks: Item[] = [];
    for await (const item of this.#fabric.items.list(this.#place.workspaceId, "Notebook"))
      if (item.displayName.toLowerCase().startsWith(prefix)) locks.push(item);
    return locks;
  }

  async #delete(lock: Item): Promise<void> {
    await deleteNotebooks(this.#fabric, this.#place, [lock]);
  }
}

/** Undefined if somebody has changed the description of a lock: its age is then not known. */
function parseLock({ description = "" }: Item): { startedOn: Date; build: string } | undefined {
  const [, since = "", build = ""] = /^notebook-ops lock since (\S+) of (.+)$/.exec(description) ?? [];
  const startedOn = new Date(since);
  return Number.isNaN(startedOn.getTime()) ? undefined : { startedOn, build: oneLine(build, maxDescription) };
}
