import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import { runTaskStage, type TaskStageOptions } from "../../local/agent/task-runner.ts";
import { assertNoSecrets } from "./secrets.ts";
import type { TestWorkspace } from "./workspace.ts";

const root = path.resolve(import.meta.dirname, "../..");
export const tasksFolder = path.join(root, "tasks");
const builtTasks = path.join(root, "dist", "extension", "tasks");
const built = new Map<string, Promise<string>>();
let buildFolder: string | undefined;

export interface RunTaskOptions extends Partial<Omit<TaskStageOptions, "taskFolder">> {
  /** Its name, or the folder of a task outside of tasks/. */
  task: string;
  /** Without one the task has no service to call. */
  workspace?: TestWorkspace;
  /** More values that must not be in the log, besides the workspace's. */
  secrets?: string[];
}

/**
 * Runs one stage of a task, bundled from the sources as they are, as the agent would, in a temporary folder of its own unless `tempFolder` names
 * one. Every run also asserts that its log contains no secret, and that the process ended with exit code 0 unless it was killed.
 */
export async function runTask(options: RunTaskOptions): Promise<StageResult> {
  const { task, workspace, secrets = [], ...stage } = options;
  const tempFolder = stage.tempFolder ?? (await mkdtemp(path.join(tmpdir(), "notebook-ops-task-")));
  try {
    const result = await runTaskStage({
      endpoints: workspace?.endpoints ?? [],
      stepName: "step",
      ...stage,
      tempFolder,
      taskFolder: await taskFolder(task),
      variables: { ...workspace?.variables, ...stage.variables },
      environment: {
        ...(workspace ? { NODE_EXTRA_CA_CERTS: workspace.emulator.ready.caFile } : {}),
        ...stage.environment,
      },
    });
    assertNoSecrets(`the log of ${task}`, result.log + JSON.stringify(result.issues), [
      ...(workspace?.secrets ?? []),
      ...secrets,
      ...Object.values(result.secretVariables),
    ]);
    if (result.exitCode !== null) assert.equal(result.exitCode, 0, `exit code of ${task}\n${result.log}`);
    return result;
  } finally {
    if (stage.tempFolder === undefined) await rm(tempFolder, { recursive: true, force: true });
  }
}

/**
 * The bundle of a task, made once in a test process. It is a copy from dist/ if that was built from the sources as they are, as it is in
 * `npm test`; otherwise the task is built.
 */
export function taskFolder(task: string): Promise<string> {
  let folder = built.get(task);
  if (folder === undefined) {
    folder = build(task);
    built.set(task, folder);
  }
  return folder;
}

async function build(task: string): Promise<string> {
  if (buildFolder === undefined) {
    buildFolder = mkdtempSync(path.join(tmpdir(), "notebook-ops-built-"));
    process.once("exit", () => rmSync(buildFolder!, { recursive: true, force: true }));
  }
  const source = path.resolve(tasksFolder, task);
  const target = path.join(buildFolder, path.basename(task));
  if (path.dirname(source) === tasksFolder && (await distIsFresh()))
    await cp(path.join(builtTasks, task), target, {
      recursive: true,
      filter: (file) => path.basename(file) !== ".compiled", // Node's cache from earlier runs
    });
  else {
    const { buildTask } = (await import(path.join(root, "scripts/build/task.mjs"))) as {
      buildTask(source: string, target: string): Promise<void>;
    };
    await buildTask(source, target);
  }
  return target;
}

let isFresh: Promise<boolean> | undefined;
function distIsFresh(): Promise<boolean> {
  isFresh ??= import(path.join(root, "scripts/setup/build.mjs")).then(({ buildIsFresh }) =>
    buildIsFresh(root),
  );
  return isFresh;
}

/** The error messages of a failed step, as a person reads them. */
export function errors(result: StageResult): string[] {
  return result.issues.filter((issue) => issue.type === "error").map((issue) => issue.message);
}
