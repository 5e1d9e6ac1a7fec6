import path from "node:path";
import type { Redaction } from "./redaction.ts";
import type { ExecutionRequest, ExecutionResult } from "./result.ts";
import type { SparkAddress } from "./spark.ts";

/** What a running notebook asks of its workspace. */
export interface DriverHost {
  /** The workspace's objects, mirrored on disk: /Shared/a is <workspaceFolder>/Shared/a. */
  workspaceFolder: string;
  dbfsFolder: string;
  secret(scope: string, key: string): string | undefined;
  secretScopes(): string[];
  secretKeys(scope: string): string[];
  /** dbutils.jobs.taskValues of the job run that `runId` belongs to; absent, or undefined for a run outside a job. */
  taskValues?(
    runId: string,
  ):
    | { set(taskKey: string, key: string, value: unknown): void; get(taskKey: string, key: string): unknown }
    | undefined;
}

/** The rest of a run's surroundings, which the driver gives. */
export interface RunServices {
  sparkAddress(): Promise<SparkAddress>;
  runNotebook(request: ExecutionRequest, timeoutSeconds: number): Promise<ExecutionResult>;
}

export type Question = Record<string, unknown> & { question: string };

/** Answers the questions of one run. Throws one sentence that becomes the notebook's exception. */
export class Answers {
  #children = 0;
  readonly #request: ExecutionRequest;
  readonly #host: DriverHost;
  readonly #services: RunServices;
  readonly #redaction: Redaction;

  constructor(request: ExecutionRequest, host: DriverHost, services: RunServices, redaction: Redaction) {
    this.#request = request;
    this.#host = host;
    this.#services = services;
    this.#redaction = redaction;
  }

  async answer(question: Question): Promise<unknown> {
    switch (question.question) {
      case "spark":
        return this.#services.sparkAddress();
      case "secret":
        return this.#secret(String(question.scope), String(question.key));
      case "secretScopes":
        return this.#host.secretScopes();
      case "secretKeys":
        return this.#host.secretKeys(String(question.scope));
      case "setTaskValue":
        this.#taskValues()?.set(this.#request.taskKey ?? "", String(question.key), question.value);
        return null;
      case "getTaskValue":
        return this.#taskValue(String(question.taskKey), String(question.key));
      case "runNotebook":
        return this.#runNotebook(question);
      default:
        throw new Error(`The workspace has no answer to the question ${question.question}.`);
    }
  }

  #secret(scope: string, key: string): string | null {
    const value = this.#host.secret(scope, key);
    if (value !== undefined) this.#redaction.add(value);
    return value ?? null;
  }

  #taskValues() {
    return this.#host.taskValues?.(this.#request.runId);
  }

  #taskValue(taskKey: string, key: string): { inJob: boolean; value?: unknown } {
    const values = this.#taskValues();
    if (!values) return { inJob: false };
    const value = values.get(taskKey, key);
    return value === undefined ? { inJob: true } : { inJob: true, value };
  }

  async #runNotebook(question: Question): Promise<{ state: string; exitValue?: string; message?: string }> {
    const asked = String(question.path).replace(/^\/Workspace\//, "/");
    const notebookPath = path.posix.resolve(path.posix.dirname(String(question.relativeTo)), asked);
    const timeoutSeconds = Number(question.timeoutSeconds);
    const result = await this.#services.runNotebook(
      {
        ...this.#request,
        runId: `${this.#request.runId}-${++this.#children}`,
        notebookPath,
        parameters: question.arguments as Record<string, string>,
      },
      timeoutSeconds,
    );
    if (result.state === "success") return { state: "success", exitValue: result.exitValue ?? "" };
    const why = `${result.error?.name}: ${result.error?.message}`;
    return {
      state: result.state,
      message: `Notebook ${notebookPath} did not succeed (${result.state}): ${why}`,
    };
  }
}
