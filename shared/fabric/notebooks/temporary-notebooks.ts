import { mapBounded } from "../../concurrency/bounded.ts";
import { independently, throwAll } from "../../concurrency/independent.ts";
import { RequestError } from "../../http/errors.ts";
import { createOnce, NothingCreated } from "../../intent/create-once.ts";
import { type Intent, intentPath } from "../../intent/intent.ts";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { ClientHost, Journal, Log } from "../../task/host.ts";
import type { Item, ItemDefinition } from "../api/items.ts";
import type { NotebookRunRequest, StartedJob } from "../api/jobs.ts";
import type { FabricClient } from "../connection.ts";
import { cancelJobs } from "../jobs/cancel-jobs.ts";

const keys = {
  /** Id of the workspace, written before the first notebook is created. */
  workspace: "fabricWorkspace",
  /** Part of the name of each notebook. */
  intent: "fabricIntent",
  /** "true" if no notebook of this step can exist. */
  deleted: "fabricDeleted",
  /** OpenRequests that may have created a notebook. */
  openItems: "openFabricItems",
  /** OpenRequests that may have started a run. */
  openRuns: "openFabricRuns",
} as const;

/** Requests at the same time, for a step of many notebooks. Fabric allows an identity some 200 in a minute. */
const mostRequests = 8;
const maxDescription = 256;
const maxNameLength = 80;

/**
 * The notebooks that a step creates in a workspace, runs and deletes. Fabric has neither a temporary notebook nor a token that makes a creation
 * unique; so each has a name that contains the intent, by which it is found after an answer that was lost, and by the post-job step. All runs of
 * such a notebook are the step's own.
 */
export class TemporaryNotebooks {
  readonly #fabric: FabricClient;
  readonly #host: Pick<ClientHost, "log" | "signal"> & { journal: Journal };
  readonly #openItems: OpenRequests;
  readonly #openRuns: OpenRequests;
  readonly #created = new Map<string, Item>();

  constructor(fabric: FabricClient, host: Pick<ClientHost, "log" | "signal"> & { journal: Journal }) {
    this.#fabric = fabric;
    this.#host = host;
    this.#openItems = new OpenRequests(host.journal, keys.openItems);
    this.#openRuns = new OpenRequests(host.journal, keys.openRuns);
  }

  /** Whether a step may have left notebooks, in this process or in an earlier stage of the step. */
  static mayExist(journal: Journal): boolean {
    return journal.read(keys.intent) !== undefined && journal.read(keys.deleted) !== "true";
  }

  begin(workspaceId: string, intent: Intent): void {
    const { journal } = this.#host;
    journal.write(keys.workspace, workspaceId);
    journal.write(keys.intent, intent.id);
  }

  /** Creates a notebook. @param notebook.displayName a temporaryName of the same intent */
  async create(
    { displayName, definition }: { displayName: string; definition: ItemDefinition },
    intent: Intent,
  ): Promise<Item> {
    const { items } = this.#fabric;
    const description = [`notebook-ops ${intentPath(intent)}`, intentPath(intent), intent.id].find(
      ({ length }) => length <= maxDescription,
    );
    const find = async () => (await this.#find()).filter((item) => item.displayName === displayName);
    let isAdopted = false;
    const item = await createOnce<Item, Item>({
      thing: `notebook "${displayName}"`,
      create: () =>
        items
          .create(this.#workspaceId, { type: "Notebook", displayName, description, definition })
          .catch(async (error: unknown) => {
            // Names are unique, so that a conflict can only be with an earlier attempt of this creation.
            const [existing] = isConflict(error) ? await find() : [];
            if (existing === undefined) throw error;
            isAdopted = true;
            return existing;
          }),
      find,
      adopt: (found) => {
        isAdopted = true;
        return found;
      },
      open: this.#openItems,
      ...this.#host,
    }).catch(unwrapped);
    this.#created.set(item.id, item);
    // Nothing says whether a notebook whose creation had no answer has its content already.
    if (isAdopted) await items.updateDefinition(this.#workspaceId, item, definition);
    return item;
  }

  /** Starts a notebook, and waits as long as Fabric has no capacity for it. */
  async start(
    { id }: Item,
    run: NotebookRunRequest,
    options: { name: string; timeoutMs: number; onPause: (error: RequestError, delayMs: number) => void },
  ): Promise<StartedJob> {
    const { jobs } = this.#fabric;
    const item = { workspaceId: this.#workspaceId, itemId: id };
    return createOnce<StartedJob, { id: string }>({
      thing: `run of notebook ${options.name}`,
      create: () =>
        jobs.runNotebook(item, run, {
          attempted: `start notebook ${options.name}`,
          timeoutMs: options.timeoutMs,
          signal: this.#host.signal,
          onPause: options.onPause,
        }),
      find: async () => {
        const found: { id: string }[] = [];
        for await (const instance of jobs.list(item)) found.push(instance);
        return found;
      },
      adopt: (found) => ({ id: found.id, retryAfterMs: undefined }),
      open: this.#openRuns,
      ...this.#host,
    }).catch(unwrapped);
  }

  /**
   * Deletes the notebooks that this process created, whose runs have ended. A failure is a warning, because the post-job step tries again.
   * @param timeoutMs how long to wait for the end of a run that had no clear answer to its start
   */
  async deleteCreated(timeoutMs: number): Promise<void> {
    const created = [...this.#created.values()];
    try {
      if (this.#openRuns.any) await this.#remove(timeoutMs, created);
      else await this.#delete(created);
    } catch (error) {
      this.#host.log.warning(`${(error as Error).message} The post-job step tries again.`);
      return;
    }
    // Otherwise the post-job step looks for more.
    if (!this.#openItems.any) this.#host.journal.write(keys.deleted, "true");
  }

  /** Cancels what runs and deletes the notebooks, once. For a cancelled step, which has no time to look again. */
  async removeNow(timeoutMs: number): Promise<void> {
    await this.#remove(timeoutMs, [...this.#created.values()]);
  }

  /**
   * Cancels what runs and deletes the notebooks, and looks for more as long as a request without a clear answer may still create one. A start
   * without a clear answer needs no second look: it cannot take effect when its notebook is gone.
   */
  async settle(timeoutMs: number): Promise<void> {
    await this.#openItems.settle(async () => {
      const found = await this.#find();
      const unknown = found.filter(({ id }) => !this.#created.has(id)).length;
      await this.#remove(timeoutMs, found);
      return unknown;
    });
  }

  async #remove(timeoutMs: number, items: readonly Item[]): Promise<void> {
    await independently([
      () =>
        cancelJobs(this.#fabric.jobs, {
          items: items.map(({ id }) => ({ workspaceId: this.#workspaceId, itemId: id })),
          timeoutMs,
          log: this.#host.log,
        }),
      () => this.#delete(items),
    ]);
  }

  async #delete(items: readonly Item[]): Promise<void> {
    const failures: unknown[] = [];
    let deleted = 0;
    await mapBounded(items, mostRequests, async (item) => {
      try {
        await this.#fabric.items.delete(this.#workspaceId, item);
        deleted++;
      } catch (error) {
        if (!isGone(error)) failures.push(error);
      }
      if (failures.length === 0) this.#created.delete(item.id);
    });
    if (deleted > 0) logDeleted(this.#host.log, deleted);
    throwAll(failures);
  }

  async #find(): Promise<Item[]> {
    const found: Item[] = [];
    const mark = `notebook-ops-${this.#host.journal.read(keys.intent)}-`;
    for await (const item of this.#fabric.items.list(this.#workspaceId, "Notebook"))
      if (item.displayName.includes(mark)) found.push(item);
    return found;
  }

  get #workspaceId(): string {
    return this.#host.journal.read(keys.workspace) ?? "";
  }
}

/**
 * The name of a notebook in the workspace, which `%run` takes without quotes. Unlike paths, names have no folders.
 * @param notebook.number different for each notebook of the step
 */
export function temporaryName({ name, number }: { name: string; number: number }, intentId: string): string {
  const plain = name.replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(-maxNameLength);
  return `${plain}-notebook-ops-${intentId}-${number}`;
}

function isConflict(error: unknown): boolean {
  return error instanceof RequestError && error.kind === "conflict";
}

function isGone(error: unknown): boolean {
  return error instanceof RequestError && error.kind === "notFound";
}

/** The caller tells a refusal by its RequestError. */
function unwrapped(error: unknown): never {
  throw error instanceof NothingCreated ? error.cause : error;
}

function logDeleted(log: Log, count: number): void {
  log.line(
    `Deleted ${count === 1 ? "the temporary notebook" : `${count} temporary notebooks`} in the Fabric workspace.`,
  );
}
