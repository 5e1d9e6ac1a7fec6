import { randomUUID } from "node:crypto";
import type { Application } from "../../entra/directory.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import { entityNotFound, fabricError } from "../errors.ts";
import type { Item } from "../items.ts";
import type { FabricWorkspace } from "../workspaces.ts";
import { isLive, type JobInstance } from "./job-instance.ts";

/** How an instance ended, as its execution says. */
export type JobEnd = Pick<JobInstance, "exitValue"> &
  (
    | { status: "Completed" }
    | { status: "Failed"; errorCode: string; message: string }
    | { status: "Cancelled" }
  );

interface JobSettings {
  /** Simulated time until the session runs, on the workspace's clock. */
  startSeconds: number;
  concurrentJobs: number | undefined;
  retryAfterSeconds: number;
}

/** The runs of items. */
export class JobInstances {
  readonly #instances = new Map<string, JobInstance>();
  readonly #workspace: LocalWorkspace;
  readonly #settings: JobSettings;

  constructor(workspace: LocalWorkspace, settings: JobSettings) {
    this.#workspace = workspace;
    this.#settings = settings;
  }

  /** @param execute runs the item once its session is there; it never rejects */
  start(
    item: Item,
    jobType: string,
    creator: Application,
    execute: (instance: JobInstance) => Promise<JobEnd>,
  ): JobInstance {
    this.#checkConcurrency();
    const { clock, faults } = this.#workspace;
    const instance: JobInstance = {
      id: randomUUID(),
      item,
      jobType,
      creator,
      rootActivityId: randomUUID(),
      livyId: randomUUID(),
      startMs: clock.now(),
      abort: new AbortController(),
      status: "NotStarted",
    };
    this.#instances.set(instance.id, instance);
    const fault = faults.ofOperation("fabric.job", item.displayName);
    const run = async () => {
      if (!isLive(instance)) return;
      if (fault?.fail) {
        const { errorCode = "JobInstanceStatusFailed", message } = fault.fail;
        return this.#end(instance, { status: "Failed", errorCode, message });
      }
      instance.status = "InProgress";
      this.#end(instance, await execute(instance));
    };
    if (fault?.status === "Deduped") {
      instance.status = "Deduped";
      instance.endMs = clock.now();
    } else if (!fault?.never) {
      const seconds = fault?.delaySeconds ?? this.#settings.startSeconds;
      if (seconds > 0) clock.after(seconds * 1000, () => void run());
      else void run();
    }
    return instance;
  }

  /** The instance of these ids, even if its item was deleted. */
  find({
    workspaceId,
    itemId,
    id,
  }: {
    workspaceId: string;
    itemId: string;
    id: string;
  }): JobInstance | undefined {
    const found = this.#instances.get(id.toLowerCase());
    const isOf =
      found?.item.id === itemId.toLowerCase() && found.item.workspace.id === workspaceId.toLowerCase();
    return isOf ? found : undefined;
  }

  /** The instances of an item, newest first. */
  of(item: Item): JobInstance[] {
    return [...this.#instances.values()].filter((instance) => instance.item === item).reverse();
  }

  get(item: Item, id: string): JobInstance {
    const found = this.#instances.get(id.toLowerCase());
    if (found?.item === item) return found;
    throw entityNotFound();
  }

  cancel(instance: JobInstance): void {
    if (!isLive(instance))
      throw fabricError(400, "JobAlreadyCompleted", "The job instance has already completed");
    this.#end(instance, { status: "Cancelled" });
    instance.abort.abort();
  }

  /** Ends what runs of an item or a workspace that is removed. */
  remove(gone: Item | FabricWorkspace): void {
    for (const instance of this.#live())
      if (instance.item === gone || instance.item.workspace === gone) this.cancel(instance);
  }

  ledger(): LedgerEntry[] {
    return this.#live().map(({ id, item, jobType, creator, startMs, status }) => ({
      id,
      name: item.displayName,
      tags: { jobType, workspace: item.workspace.displayName },
      creator: creator.displayName,
      ageSeconds: (this.#workspace.clock.now() - startMs) / 1000,
      state: status,
    }));
  }

  #live(): JobInstance[] {
    return [...this.#instances.values()].filter(isLive);
  }

  /** The first end counts: what a cancelled notebook still does has no effect on its state. */
  #end(instance: JobInstance, end: JobEnd): void {
    if (!isLive(instance)) return;
    instance.status = end.status;
    instance.endMs = this.#workspace.clock.now();
    if (end.exitValue !== undefined) instance.exitValue = end.exitValue;
    if (end.status === "Failed") {
      const { errorCode, message } = end;
      instance.failureReason = { requestId: randomUUID(), errorCode, message, isRetriable: false };
    }
  }

  /** Source: https://learn.microsoft.com/fabric/data-engineering/spark-job-concurrency-and-queueing */
  #checkConcurrency(): void {
    const { concurrentJobs, retryAfterSeconds } = this.#settings;
    if (concurrentJobs === undefined || this.#live().length < concurrentJobs) return;
    const message =
      "This Spark job can't be run because you have hit a Spark compute or API rate limit. To run this Spark job, cancel an active " +
      "Spark job through the Monitoring hub, choose a larger capacity SKU, or try again later.";
    throw fabricError(430, "TooManyRequestsForCapacity", message, {
      headers: { "retry-after": String(retryAfterSeconds) },
      isRetriable: true,
    });
  }
}
