import { randomUUID } from "node:crypto";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { runBuiltIn } from "../built-in/run-built-in.ts";
import type { StepOutcome } from "../commands/step-result.ts";
import { expandMacros } from "../macros.ts";
import type { StageResult, StepOptions } from "../step-session.ts";
import type { TaskStage } from "../task/task-manifest.ts";
import { runTaskStage } from "../task-runner.ts";
import { withoutEndingLinks } from "./ending-links.ts";
import { JobMachine } from "./job-machine.ts";
import type { JobState } from "./job-state.ts";
import { publishResults } from "./publish-results.ts";
import type { ResolvedStep } from "./resolve-tasks.ts";
import type { RunContext } from "./run-context.ts";
import type { RunRecord } from "./run-timeline.ts";
import type { StepRecord } from "./run-types.ts";
import { isScript, lastLinesOf, scriptTitle } from "./script-steps.ts";
import { addBuildTags, applyEffects } from "./step-effects.ts";

export interface JobFolders {
  work: string;
  sources: string;
  temp: string;
}

const stageTitles: Record<TaskStage, string> = { prejob: "Pre-job: ", main: "", postjob: "Post-job: " };

/** Runs the steps of a job, one task stage at a time. */
export class StepRunner {
  /** The task variables of a step, which all of its stages share. */
  readonly #taskVariables = new Map<ResolvedStep, Record<string, string>>();
  readonly #recordIds = new Map<ResolvedStep, string>();

  readonly #run: RunContext;
  readonly #state: JobState;
  readonly #folders: JobFolders;
  readonly #machine: JobMachine;

  constructor(run: RunContext, state: JobState, folders: JobFolders) {
    this.#run = run;
    this.#state = state;
    this.#folders = folders;
    this.#machine = new JobMachine(run.services.interpreters, folders.temp);
  }

  /** The name that Azure Pipelines shows for a step. */
  #displayName(step: ResolvedStep, stage: TaskStage): string {
    const { definition, manifest } = step;
    const inputs = new Map(
      [
        ...(manifest.inputs ?? []).map(
          ({ name, defaultValue }) => [name, String(defaultValue ?? "")] as const,
        ),
        ...Object.entries(definition.inputs),
      ].map(([name, value]) => [name.toLowerCase(), value]),
    );
    const format =
      definition.displayName ??
      manifest.instanceNameFormat?.replace(
        /\$\(([^()]+)\)/g,
        (whole, name: string) => inputs.get(name.toLowerCase()) ?? whole,
      ) ??
      manifest.friendlyName ??
      manifest.name;
    return stageTitles[stage] + expandMacros(format, (name) => this.#state.variables.get(name));
  }

  /** The name in the output: for a script without a name, its first line instead of the name of its task. */
  #title(step: ResolvedStep, stage: TaskStage): string {
    const { displayName } = step.definition;
    return (displayName === undefined && scriptTitle(step.definition)) || this.#displayName(step, stage);
  }

  /** Records a step that does not run. */
  skip(step: ResolvedStep, stage: TaskStage, reason: string): StepRecord {
    const title = this.#title(step, stage);
    this.#run.reporter.stepStarted(title);
    this.#run.reporter.stepSkipped(reason);
    this.#run.timeline.finish(this.#addToTimeline(step, stage, title), "skipped");
    return { ...this.#record(step, title, "skipped", 0, null), reason: this.#run.masker.mask(reason) };
  }

  async execute(step: ResolvedStep, stage: TaskStage, signal: AbortSignal): Promise<StepRecord> {
    const { reporter, folders, nextLogNumber } = this.#run;
    const { definition } = step;
    const title = this.#title(step, stage);
    const number = String(nextLogNumber()).padStart(2, "0");
    const logFile = path.join(
      folders.logs,
      `${number}-${title
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .slice(0, 60)}.log`,
    );
    reporter.stepStarted(title);
    const record = this.#run.timeline.start(this.#addToTimeline(step, stage, title));
    const started = performance.now();
    let result: StageResult;
    for (let attempt = 0; ; attempt++) {
      result = await this.#runTaskStage(step, stage, signal, logFile);
      if (result.result !== "failed" || attempt >= definition.retries || signal.aborted) break;
      const seconds = attempt ** 2 * 5 + 1; // as long as the agent waits
      reporter.note(`   Retrying in ${seconds} s, attempt ${attempt + 1} of ${definition.retries}`);
      await wait(seconds * 1000, undefined, { signal }).catch(() => {});
    }
    const results = await publishResults(result.effects, this.#run);
    for (const message of results.warnings) reporter.stepLine(`##[warning]${message}`);
    const errors = await addBuildTags(result.effects, this.#run);
    if (results.areTestsToBlame) errors.unshift("There are failed tests, and failTaskOnFailedTests is true.");
    for (const message of errors) {
      reporter.stepLine(`##[error]${message}`);
      result = {
        ...result,
        result: result.result === "canceled" ? "canceled" : "failed",
        issues: [
          ...result.issues,
          { type: "error", message: this.#run.masker.mask(message), properties: {} },
        ],
      };
    }
    const outcome: StepOutcome =
      result.result === "failed" && definition.continueOnError ? "succeededWithIssues" : result.result;
    this.#state.apply(step.name, result);
    if (result.effects.buildNumber !== undefined) this.#renumber(result.effects.buildNumber);
    this.#taskVariables.set(step, result.taskVariables);
    const attachedBefore = this.#run.attachedFiles.length;
    for (const message of await applyEffects(result.effects, this.#run, this.#recordId(step)))
      reporter.stepLine(`##[warning]${message}`);
    const durationMs = Math.round(performance.now() - started);
    reporter.stepFinished(outcome, durationMs);
    this.#run.timeline.finish(record, outcome);
    if (outcome === "failed" || outcome === "canceled") {
      const isCanceled = outcome === "canceled";
      const error = result.issues.find(({ type }) => type === "error")?.message;
      const message = isCanceled ? "it was stopped, because its job was canceled" : error;
      const attachedFiles = this.#run.attachedFiles.slice(attachedBefore);
      const lastLines = isScript(definition) ? lastLinesOf(result.log, result.issues) : [];
      const job = this.#state.variables.get("System.JobDisplayName");
      this.#run.failures.push({ title, job, message, lastLines, isCanceled, logFile, attachedFiles });
    }
    return this.#record(step, title, outcome, durationMs, logFile);
  }

  /** Gives the run another number, for the steps and jobs after this one too. */
  #renumber(number: string): void {
    const { options, folders, predefined } = this.#run;
    this.#state.variables.set("Build.BuildNumber", number);
    predefined["Build.BuildNumber"] = number;
    options.host.buildServer?.renumberBuild(folders.buildId, number);
  }

  /** A step has a record for each stage of its task; its attachments belong to that of the main stage. */
  #addToTimeline(step: ResolvedStep, stage: TaskStage, name: string): RunRecord {
    const parentId = this.#state.variables.get("System.JobId") ?? null;
    const id = stage === "main" ? this.#recordId(step) : randomUUID();
    return this.#run.timeline.add({ parentId, type: "Task", name, refName: step.name }, id);
  }

  async #runTaskStage(
    step: ResolvedStep,
    stage: TaskStage,
    signal: AbortSignal,
    logFile: string,
  ): Promise<StageResult> {
    const { options, masker, reporter, services } = this.#run;
    const state = this.#state;
    const folders = this.#folders;
    const minutes = step.definition.timeoutMinutes;
    const machine = await this.#machine.environment(state.prependPath);
    const common: StepOptions = {
      inputs: step.definition.inputs,
      variables: {
        ...state.variables.open(),
        // These are only set for the step (StepsRunner of the agent).
        "System.TaskInstanceId": this.#recordId(step),
        "System.TaskInstanceName": step.name,
        "System.TaskDisplayName": this.#displayName(step, stage),
      },
      secretVariables: state.variables.secrets(),
      readOnlyVariables: state.variables.readOnlyNames(),
      taskVariables: this.#taskVariables.get(step),
      endpoints: state.endpoints,
      tempFolder: folders.temp,
      sourcesFolder: folders.sources,
      node: options.node,
      stepName: step.name,
      environment: step.definition.env,
      machineEnvironment: { ...options.host.environment, ...machine.variables },
      prependPath: machine.prependPath,
      timeoutMs: minutes === undefined ? undefined : minutes * 60_000,
      signal,
      cancelTimes: options.cancelTimes,
      masker,
      onLine: (line) => reporter.stepLine(this.#forTerminal(line)),
      logFile,
    };
    const { implementation } = step;
    if (implementation.kind === "none") throw new Error(implementation.reason);
    return implementation.kind === "built-in"
      ? runBuiltIn(implementation.task, { ...common, services, python: this.#machine.python })
      : runTaskStage({ ...common, stage, taskFolder: implementation.folder });
  }

  /** The line of a log as the terminal shows it, where it stays longer than the services of the workspace. */
  #forTerminal(line: string): string {
    const { linksEndWithRun, links } = this.#run.options.host;
    return linksEndWithRun ? withoutEndingLinks(line, links, "files") : line;
  }

  #recordId(step: ResolvedStep): string {
    const id = this.#recordIds.get(step) ?? randomUUID();
    this.#recordIds.set(step, id);
    return id;
  }

  #record(
    step: ResolvedStep,
    displayName: string,
    result: StepOutcome,
    durationMs: number,
    logFile: string | null,
  ): StepRecord {
    const task = `${step.definition.task}@${step.definition.version}`;
    return {
      name: step.name,
      displayName: this.#run.masker.mask(displayName),
      task,
      result,
      durationMs,
      logFile,
    };
  }
}
