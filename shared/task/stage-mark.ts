import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { tl } from "./task-lib.ts";

/**
 * In a container job the agent runs a stage through `docker exec`, which passes no signal on: after a cancellation, the main stage may live on
 * beside the post-job stage (https://github.com/microsoft/azure-pipelines-agent/issues/4548). The post-job stage therefore leaves a file in
 * the job's temporary folder. A task variable would not do, because a stage gets those only when it starts.
 */
export class StageMark {
  /** The step's, the same in each of its stages. */
  readonly id: string;
  readonly #file: string;
  readonly #isPostJob: boolean;

  /** @param id of the step, if an earlier stage has given it one */
  constructor(id: string | undefined) {
    this.id = id ?? randomBytes(6).toString("hex");
    this.#isPostJob = id !== undefined;
    const folder = tl.getVariable("Agent.TempDirectory") || os.tmpdir();
    this.#file = path.join(folder, `notebook-ops-post-job-${this.id.replace(/[^0-9a-f]/g, "")}`);
    if (this.#isPostJob) this.#leave();
  }

  /** Whether the post-job stage has begun beside this stage. */
  get isOver(): boolean {
    return !this.#isPostJob && existsSync(this.#file);
  }

  #leave(): void {
    try {
      writeFileSync(this.#file, "");
    } catch {
      // Without the folder there is no main stage that could see the file.
    }
  }
}

/** Whether the task of this process has a post-job stage. Its file has the same name in every task. */
export function hasPostJobStage(): boolean {
  return existsSync(path.join(path.dirname(process.argv[1] ?? ""), "cleanup.js"));
}
