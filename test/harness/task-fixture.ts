import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import { readTaskManifest } from "../../local/agent/task/task-manifest.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import { askDatabricks, existingCluster } from "./databricks-api.ts";
import { type RunTaskOptions, runTask, tasksFolder } from "./run-task.ts";
import { jobVariables, startBuild, startWorkspace, type TestWorkspace } from "./workspace.ts";

/** What one run of the step varies; inputs and variables are added to those of the fixture. */
export type StepChanges = Partial<Omit<RunTaskOptions, "task" | "workspace">>;

export interface TaskFixtureOptions extends StepChanges {
  /** Files of the repository, by path. */
  files?: Record<string, string | Buffer>;
  /** Files of its folder `notebooks`, which the input notebookFolder names. */
  notebooks?: Record<string, string | Buffer>;
  /** The config of the local workspace, where it differs from the usual one. */
  workspace?: WorkspaceConfig;
  /** A cluster runs in the workspace, and $(ClusterId) names it. */
  hasCluster?: boolean;
  /** The job runs in the local organisation, with its feeds and pull requests; otherwise in dev.azure.com/contoso, which no test calls. */
  inLocalOrganisation?: boolean;
  /** The job belongs to pipeline run 345 of the local organisation, and the run exists there. */
  isBuild?: boolean;
}

/** The cancelTimes of a step whose process is killed at once, with no time to clean up. */
export const killedAtOnce = { afterInterruptMs: 0, afterTerminateMs: 0 };

/**
 * A task as a step of a job, on a local workspace and in folders of its own. Inputs that the options leave out have the default values of
 * task.json; those without one name the workspace's service connection and key vault, the notebook folder and the workspace's token.
 */
export async function taskFixture(task: string, options: TaskFixtureOptions = {}): Promise<TaskFixture> {
  const {
    files = {},
    notebooks = {},
    workspace: config,
    hasCluster,
    isBuild,
    inLocalOrganisation = isBuild,
    ...changes
  } = options;
  const usesWorkspace = config !== undefined || (await declaresConnection(task));
  const workspace = usesWorkspace ? await startWorkspace(config) : undefined;
  const folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-step-"));
  const variables = {
    ...jobVariables,
    ...(inLocalOrganisation
      ? {
          "System.CollectionUri": `${workspace!.emulator.azureDevOps.collectionUrl}/`,
          "Agent.ToolsDirectory": toolsFolderOf(folder),
        }
      : {}),
    ...(isBuild ? startBuild(workspace!) : {}),
    ...(hasCluster ? { ClusterId: await existingCluster(workspace!) } : {}),
    ...changes.variables,
  };
  const fixture = new TaskFixture(task, workspace, folder, { ...changes, variables });
  await mkdir(fixture.tempFolder);
  const takesNotebooks = (await inputNames(task)).includes("notebookFolder");
  await mkdir(takesNotebooks ? fixture.notebookFolder : fixture.sourcesFolder, { recursive: true });
  await fixture.write(files);
  await fixture.writeNotebooks(notebooks);
  return fixture;
}

const toolsFolderOf = (folder: string) => path.join(folder, "tools");

export class TaskFixture implements AsyncDisposable {
  readonly task: string;
  /** The agent's temporary folder, the same for all runs, as in a job. */
  readonly tempFolder: string;
  /** The repository that the job has checked out. */
  readonly sourcesFolder: string;
  readonly notebookFolder: string;
  /** The agent's cache of tools, if the job runs in the local organisation. */
  readonly toolsFolder: string;
  readonly #folder: string;
  readonly #workspace: TestWorkspace | undefined;
  readonly #changes: StepChanges;

  constructor(task: string, workspace: TestWorkspace | undefined, folder: string, changes: StepChanges) {
    this.task = task;
    this.#workspace = workspace;
    this.#folder = folder;
    this.#changes = changes;
    this.tempFolder = path.join(folder, "temp");
    this.toolsFolder = toolsFolderOf(folder);
    this.sourcesFolder = path.join(folder, "sources");
    this.notebookFolder = path.join(this.sourcesFolder, "notebooks");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#workspace?.[Symbol.asyncDispose]();
    } finally {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  get workspace(): TestWorkspace {
    if (this.#workspace === undefined)
      throw new Error(
        `Could not use the local workspace: ${this.task} has no connection and starts none; give the fixture the option workspace.`,
      );
    return this.#workspace;
  }

  /** Runs the step. */
  run(changes: StepChanges = {}): Promise<StageResult> {
    const { inputs, variables, secretVariables, ...others } = this.#changes;
    return this.runTask(this.task, {
      ...others,
      ...changes,
      inputs: { ...inputs, ...changes.inputs },
      secretVariables: { ...secretVariables, ...changes.secretVariables },
    });
  }

  /** Runs the post-job step that belongs to a run. */
  cleanUp(after: StageResult, changes: StepChanges = {}): Promise<StageResult> {
    return this.run({ ...changes, stage: "postjob", taskVariables: after.taskVariables });
  }

  /** Runs another task as a step of the same job. */
  async runTask(task: string, changes: StepChanges = {}): Promise<StageResult> {
    const inputs = { ...(await this.#localInputs(task)), ...changes.inputs };
    return runTask({
      tempFolder: this.tempFolder,
      sourcesFolder: this.sourcesFolder,
      ...changes,
      task,
      workspace: this.#workspace,
      inputs,
      variables: { ...this.#changes.variables, ...changes.variables },
      secretVariables: { ...(await this.#token(task, inputs)), ...changes.secretVariables },
    });
  }

  /** Writes files of the repository. */
  write(files: Record<string, string | Buffer>): Promise<void> {
    return writeFiles(this.sourcesFolder, files);
  }

  writeNotebooks(files: Record<string, string | Buffer>): Promise<void> {
    return writeFiles(this.notebookFolder, files);
  }

  /** What is alive in the workspace. */
  ledger(): ReturnType<TestWorkspace["emulator"]["ledger"]> {
    return this.workspace.emulator.ledger();
  }

  /** The requests that the workspace received, such as `POST /api/2.0/token/create`. */
  requests(path?: RegExp): string[] {
    return this.workspace.requested(path);
  }

  /** The tags of the pipeline run, for a fixture that isBuild. */
  buildTags(): string[] {
    return [...this.workspace.emulator.azureDevOps.builds.get("345").tags];
  }

  /** Those of them that say something about tests, sorted. */
  testTags(): string[] {
    return this.buildTags()
      .filter((tag) => tag.startsWith("notebook-ops.test"))
      .sort();
  }

  /** Sends a request to Databricks as the workspace's administrator. */
  askDatabricks<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    return askDatabricks(this.workspace, method, path, body, token);
  }

  async #localInputs(task: string): Promise<Record<string, string>> {
    const hasAzure = this.#workspace?.endpoints.some(({ name }) => name === "azure");
    const local = {
      azureSubscription: "azure",
      // Empty in a workspace of other connections: a task that can do without Fabric has this input, too.
      fabricConnection: hasAzure ? "azure" : "",
      workspace: "local",
      lakehouse: "local",
      keyVault: "$(KEY_VAULT)",
      notebookFolder: this.notebookFolder,
    };
    const declared = await inputNames(task);
    return Object.fromEntries(Object.entries(local).filter(([name]) => declared.includes(name)));
  }

  /** The variable that the input bearerToken names by default, unless the step signs in otherwise. */
  async #token(task: string, given: Record<string, string>): Promise<Record<string, string>> {
    const signsInOtherwise = given.bearerToken !== undefined || given.databricksConnection !== undefined;
    if (signsInOtherwise || !(await inputNames(task)).includes("bearerToken")) return {};
    return { BearerToken: this.workspace.emulator.ready.databricksToken };
  }
}

async function writeFiles(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
  }
}

async function inputNames(task: string): Promise<string[]> {
  const { inputs = [] } = await readTaskManifest(path.join(tasksFolder, task));
  return inputs.map(({ name }) => name);
}

async function declaresConnection(task: string): Promise<boolean> {
  const connections = [
    "azureSubscription",
    "fabricConnection",
    "databricksConnection",
    "workspaceUrl",
    "feed",
  ];
  return (await inputNames(task)).some((name) => connections.includes(name));
}
