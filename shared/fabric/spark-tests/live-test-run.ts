import { independently } from "../../concurrency/independent.ts";
import { RequestError } from "../../http/errors.ts";
import { poll } from "../../http/poll.ts";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { Journal, TaskHost } from "../../task/host.ts";
import type { ItemId, SparkJobRunRequest, StartedJob } from "../api/jobs.ts";
import type { FabricClient } from "../connection.ts";
import { hasEnded } from "../jobs/await-job.ts";
import { cancelJob } from "../jobs/cancel-jobs.ts";
import { connectOneLake } from "../onelake/onelake.ts";
import { RunFolder } from "./run-folder.ts";

const keys = {
  /** Id of the run, written before its folder is created. */
  run: "sparkTestsRun",
  /** JSON of the lakehouse with the folder. */
  lakehouse: "sparkTestsLakehouse",
  /** JSON of the Spark job definition, written before a job is started. */
  definition: "sparkTestsDefinition",
  /** JSON list of the jobs of the definition that others had started before. */
  before: "sparkTestsJobsBefore",
  /** Id of the job, until it has ended. */
  job: "sparkTestsJob",
  /** "true" if neither the folder nor a job of this step can exist. */
  over: "sparkTestsOver",
  /** OpenRequests that may have started a job. */
  openStarts: "openSparkTestsStarts",
} as const;

const mostStarts = 3;
/** How long to wait for the end of jobs that nobody knows. They end by themselves, because their folder is gone. */
const unknownJobsTimeoutMs = 30_000;

/**
 * The run of tests that a step may have alive: the folder and the job. The journal has both, so that the post-job step finds them if the step
 * was killed.
 */
export class LiveTestRun {
  readonly #fabric: FabricClient;
  readonly #host: Pick<TaskHost, "log" | "signal" | "journal">;
  readonly #openStarts: OpenRequests;
  readonly id: string;
  readonly folder: RunFolder;

  private constructor(host: TaskHost, fabric: FabricClient) {
    const { journal } = host;
    this.#fabric = fabric;
    this.#host = host;
    this.#openStarts = new OpenRequests(journal, keys.openStarts);
    const { oneLake: url } = fabric.addresses;
    const oneLake = connectOneLake(host, { url, credential: fabric.identity.credential });
    this.id = journal.read(keys.run)!;
    this.folder = new RunFolder(oneLake, JSON.parse(journal.read(keys.lakehouse)!), this.id);
  }

  static begin(host: TaskHost, fabric: FabricClient, run: { id: string; lakehouse: ItemId }): LiveTestRun {
    const { workspaceId, itemId } = run.lakehouse;
    host.journal.write(keys.lakehouse, JSON.stringify({ workspaceId, itemId }));
    host.journal.write(keys.run, run.id);
    return new LiveTestRun(host, fabric);
  }

  /** Whether a step may have left something, in this process or in an earlier stage of the step. */
  static mayExist(journal: Journal): boolean {
    return journal.read(keys.run) !== undefined && journal.read(keys.over) !== "true";
  }

  /** The run that an earlier stage of the step began. */
  static resume(host: TaskHost, fabric: FabricClient): LiveTestRun {
    return new LiveTestRun(host, fabric);
  }

  /**
   * Starts the job. After an answer that leaves open whether a job was started, it starts another one: of the jobs with the same folder only
   * one runs the tests. Jobs do not show their arguments, so that nobody could tell this step's job from that of another pipeline.
   */
  async start(
    definition: ItemId,
    run: SparkJobRunRequest,
    options: { timeoutMs: number; onPause: (error: RequestError, delayMs: number) => void },
  ): Promise<StartedJob> {
    const { journal, log, signal } = this.#host;
    journal.write(keys.before, JSON.stringify(await this.#activeJobs(definition)));
    journal.write(keys.definition, JSON.stringify(definition));
    for (let attempt = 1; ; attempt++)
      try {
        const job = await this.#openStarts.track(() =>
          this.#fabric.jobs.runSparkJob(definition, run, {
            attempted: "start the Spark tests",
            signal,
            ...options,
          }),
        );
        journal.write(keys.job, job.id);
        this.#openStarts.requireRunningStep();
        return job;
      } catch (error) {
        if (!(error instanceof RequestError && error.ambiguous) || attempt === mostStarts || signal.aborted)
          throw error;
        log.outside(`${error.message} Starting the job again: if two jobs run, the second one ends at once.`);
      }
  }

  /** Whether another job than the one that is known may run the tests. */
  get mayHaveOtherJobs(): boolean {
    return this.#openStarts.any;
  }

  ended(): void {
    this.#host.journal.write(keys.job, "");
  }

  /** Deletes the folder after the job has ended. A failure is a warning, because the post-job step tries again. */
  async deleteFolder(): Promise<void> {
    try {
      await this.folder.delete();
      if (!this.#openStarts.any && !this.#host.journal.read(keys.job))
        this.#host.journal.write(keys.over, "true");
    } catch (error) {
      this.#host.log.warning(`${(error as Error).message} The post-job step tries again.`);
    }
  }

  /** Cancels the job and deletes the folder, once. For a cancelled step, which has no time to look again. */
  async removeNow(timeoutMs: number): Promise<void> {
    await independently([() => this.folder.delete(), () => this.cancel(timeoutMs)]);
  }

  /** Cancels the job if it has not ended, and waits for its end. */
  async cancel(timeoutMs: number): Promise<void> {
    const { journal, log } = this.#host;
    const id = journal.read(keys.job);
    if (!id) return;
    const item: ItemId = JSON.parse(journal.read(keys.definition)!);
    if (await cancelJob(this.#fabric.jobs, { item, id, timeoutMs, log })) this.ended();
  }

  /**
   * Cancels the job and deletes the folder. After a start without a clear answer, also waits for jobs that began since, one of which may be
   * this step's. They are not cancelled, because they may be those of others; the one of this step ends because its folder is gone. What it
   * wrote last is deleted, too.
   */
  async settle(timeoutMs: number): Promise<void> {
    await independently([
      () => this.folder.delete(),
      () => this.cancel(timeoutMs),
      async () => {
        if (!this.#openStarts.any) return;
        await this.#openStarts.settle(async () => 0);
        await this.#awaitUnknownJobs();
        await this.folder.delete();
      },
    ]);
    this.#host.log.line("Deleted the folder of the run in the lakehouse.");
  }

  async #awaitUnknownJobs(): Promise<void> {
    const definition = this.#host.journal.read(keys.definition);
    if (definition === undefined) return;
    const before: string[] = JSON.parse(this.#host.journal.read(keys.before) ?? "[]");
    await poll({
      check: async () =>
        (await this.#activeJobs(JSON.parse(definition))).filter((id) => !before.includes(id)),
      done: (jobs) => jobs.length === 0,
      timeoutMs: unknownJobsTimeoutMs,
      firstDelayMs: 1_000,
    });
  }

  async #activeJobs(definition: ItemId): Promise<string[]> {
    const active: string[] = [];
    for await (const instance of this.#fabric.jobs.list(definition))
      if (!hasEnded(instance)) active.push(instance.id);
    return active;
  }
}
