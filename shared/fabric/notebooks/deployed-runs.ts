import { independently, throwAll } from "../../concurrency/independent.ts";
import { RequestError } from "../../http/errors.ts";
import { createOnce, NothingCreated } from "../../intent/create-once.ts";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { ClientHost, Journal } from "../../task/host.ts";
import type { ItemId, JobInstance, NotebookRunRequest, StartedJob } from "../api/jobs.ts";
import type { FabricClient } from "../connection.ts";
import { hasEnded, timeOf } from "../jobs/await-job.ts";
import { cancelJob } from "../jobs/cancel-jobs.ts";
import type { NotebookStarter } from "./run-notebook.ts";

const keys = {
  /** JSON of the StartedRuns that may be alive. */
  runs: "fabricDeployedRuns",
  /** OpenRequests that may have started a run. */
  open: "openFabricDeployedRuns",
} as const;

/** A run that this step has asked for. */
interface StartedRun extends ItemId {
  /** Absent until Fabric has answered. */
  id?: string;
  /** The runs of the notebook that there were before. */
  before: string[];
  /** When the step asked for it: milliseconds since 1970, by the agent's clock. */
  askedAtMs: number;
}

/** How much the clocks of the agent and of Fabric may differ. */
const clockDifferenceMs = 5 * 60_000;

/**
 * The runs of deployed notebooks that a step starts. Others may run the same notebooks at the same time, so a run whose start had no clear answer
 * is told apart by what there was before and by its time. If two runs could be the one, neither is touched.
 */
export class DeployedRuns {
  readonly #fabric: FabricClient;
  readonly #host: Pick<ClientHost, "log" | "signal"> & { journal: Journal };
  readonly #open: OpenRequests;
  readonly #runs: StartedRun[];

  constructor(fabric: FabricClient, host: Pick<ClientHost, "log" | "signal"> & { journal: Journal }) {
    this.#fabric = fabric;
    this.#host = host;
    this.#open = new OpenRequests(host.journal, keys.open);
    const written = host.journal.read(keys.runs);
    this.#runs = written ? JSON.parse(written) : [];
  }

  /** Whether runs of a step may be alive, which this process or an earlier stage of the step has started. */
  static mayBeAlive(journal: Journal): boolean {
    return !["", "[]"].includes(journal.read(keys.runs) ?? "");
  }

  /** Starts notebooks of a workspace. */
  starter(workspaceId: string): NotebookStarter {
    return {
      start: ({ id }, request, options) => this.#start({ workspaceId, itemId: id }, request, options),
      ended: (id) => this.#ended(id),
    };
  }

  /** Waits as long as Fabric has no capacity for the notebook. */
  async #start(
    item: ItemId,
    request: NotebookRunRequest,
    options: Parameters<NotebookStarter["start"]>[2],
  ): Promise<StartedJob> {
    const before = (await this.#list(item)).map((run) => run.id);
    const run: StartedRun = { ...item, before, askedAtMs: Date.now() };
    this.#runs.push(run);
    this.#save();
    try {
      const job = await createOnce<StartedJob, JobInstance>({
        thing: `run of notebook ${options.name}`,
        create: () =>
          this.#fabric.jobs.runNotebook(item, request, {
            attempted: `start notebook ${options.name}`,
            timeoutMs: options.timeoutMs,
            signal: this.#host.signal,
            onPause: options.onPause,
          }),
        find: () => this.#find(run),
        adopt: (found) => ({ id: found.id, retryAfterMs: undefined }),
        open: this.#open,
        ...this.#host,
      });
      run.id = job.id;
      this.#save();
      return job;
    } catch (error) {
      if (!(error instanceof NothingCreated)) throw error;
      this.#forget(run);
      throw error.cause;
    }
  }

  #ended(id: string): void {
    const run = this.#runs.find((each) => each.id === id);
    if (run) this.#forget(run);
  }

  /** Cancels the runs, once. For a cancelled step, which has no time to look again. */
  async cancelNow(timeoutMs: number): Promise<void> {
    await independently([...this.#runs].map((run) => () => this.#cancel(run, timeoutMs)));
  }

  /** Cancels the runs, and looks for more as long as a start without a clear answer may still take effect. */
  async settle(timeoutMs: number): Promise<void> {
    const failures: unknown[] = [];
    for (const run of [...this.#runs])
      if (run.id !== undefined) await this.#cancel(run, timeoutMs).catch((error) => failures.push(error));
    await this.#open
      .settle(async () => {
        let found = 0;
        for (const run of [...this.#runs]) found += (await this.#cancel(run, timeoutMs)) ? 1 : 0;
        return found;
      })
      .catch((error) => failures.push(error));
    throwAll(failures);
  }

  /** Returns whether it has found a run that no answer had named. */
  async #cancel(run: StartedRun, timeoutMs: number): Promise<boolean> {
    const [found] = run.id === undefined ? await this.#find(run) : [{ id: run.id }];
    if (found === undefined) return false;
    const isNew = run.id === undefined;
    run.id = found.id;
    const isOver = await cancelJob(this.#fabric.jobs, {
      item: run,
      id: found.id,
      timeoutMs,
      log: this.#host.log,
    }).catch((error: unknown) => {
      if (error instanceof RequestError && error.kind === "notFound") return true;
      throw error;
    });
    if (isOver) this.#forget(run);
    else this.#save();
    return isNew;
  }

  /** The run of a start without a clear answer, if it can be told apart. Fails if it may be one of several. */
  async #find(run: StartedRun): Promise<JobInstance[]> {
    const known = new Set([...run.before, ...this.#runs.flatMap(({ id }) => id ?? [])]);
    const earliest = run.askedAtMs - clockDifferenceMs;
    const found = (await this.#list(run)).filter(
      ({ id, startTimeUtc }) => !known.has(id) && (timeOf(startTimeUtc) ?? Date.now()) >= earliest,
    );
    const alive = found.filter((instance) => !hasEnded(instance));
    if (found.length <= 1) return found;
    throw new RequestError({
      attempted: `find the run of notebook ${run.itemId} that this step started`,
      on: new URL(this.#fabric.addresses.fabric).host,
      kind: "conflict",
      cameBack: `has ${found.length} new runs of it, of which others may have started some (${found.map(({ id }) => id).join(", ")})`,
      advice:
        alive.length > 0
          ? "look in the monitoring hub whether one of them should be cancelled, and run the step again"
          : "run the step again",
    });
  }

  async #list(item: ItemId): Promise<JobInstance[]> {
    const all: JobInstance[] = [];
    for await (const instance of this.#fabric.jobs.list(item)) all.push(instance);
    return all;
  }

  #forget(run: StartedRun): void {
    this.#runs.splice(this.#runs.indexOf(run), 1);
    this.#save();
  }

  #save(): void {
    this.#host.journal.write(keys.runs, JSON.stringify(this.#runs));
  }
}
