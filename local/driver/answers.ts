import path from "node:path";
import { couldNot } from "../../shared/text/could-not.ts";
import { dbutilsAnswer, type Question } from "./dbutils-answers.ts";
import type { DriverHost } from "./driver-host.ts";
import type { ExecutionRequest } from "./execution-request.ts";
import type { ExecutionResult } from "./execution-result.ts";
import { FabricAnswers } from "./fabric-answers.ts";
import type { Redaction } from "./redaction.ts";
import type { SparkAddress } from "./spark.ts";

/** What the driver itself provides for a run. */
export interface RunServices {
  sparkAddress(): Promise<SparkAddress>;
  /** 0 seconds means no time limit. */
  runNotebook(
    request: ExecutionRequest,
    options: { timeoutSeconds: number; host?: DriverHost; signal?: AbortSignal },
  ): Promise<ExecutionResult>;
}

/** Answers the questions of one run. The message of an error becomes the notebook's exception. */
export class Answers {
  #children = 0;
  #token: { value: string; end(): void } | undefined;
  readonly #request: ExecutionRequest;
  readonly #host: DriverHost;
  readonly #services: RunServices;
  readonly #redaction: Redaction;
  readonly #fabric: FabricAnswers;

  constructor(request: ExecutionRequest, host: DriverHost, services: RunServices, redaction: Redaction) {
    this.#request = request;
    this.#host = host;
    this.#services = services;
    this.#redaction = redaction;
    this.#fabric = new FabricAnswers(request, { host, redaction, runNotebook: services.runNotebook });
  }

  async answer(question: Question): Promise<unknown> {
    switch (question.question) {
      case "spark":
        return this.#services.sparkAddress();
      case "runNotebook":
        return this.#runNotebook(question);
      case "apiToken":
        return this.#apiToken();
    }
    const answer =
      this.#request.platform === "fabric"
        ? await this.#fabric.answer(question)
        : dbutilsAnswer(question, {
            request: this.#request,
            host: this.#host,
            redaction: this.#redaction,
          });
    if (answer) return answer.value;
    throw new Error(
      couldNot("answer the notebook", `the workspace does not know the question ${question.question}`),
    );
  }

  /** Ends what the run was given. */
  end(): void {
    this.#token?.end();
  }

  #apiToken(): string | null {
    const { databricks } = this.#request;
    if (!databricks || !this.#host.token) return null;
    this.#token ??= this.#host.token(databricks.user.name);
    this.#redaction.add(this.#token.value);
    return this.#token.value;
  }

  async #runNotebook(question: Question): Promise<{ state: string; exitValue?: string; message?: string }> {
    const child = String(question.path).replace(/^\/Workspace\//, "/");
    const notebookPath = path.posix.resolve(path.posix.dirname(String(question.relativeTo)), child);
    const timeoutSeconds = Number(question.timeoutSeconds);
    const result = await this.#services.runNotebook(
      {
        ...this.#request,
        runId: `${this.#request.runId}-${++this.#children}`,
        notebookPath,
        parameters: question.arguments as Record<string, string>,
      },
      { timeoutSeconds },
    );
    if (result.state === "success") return { state: "success", exitValue: result.exitValue ?? "" };
    const why = `${result.error?.name}: ${result.error?.message}`;
    return {
      state: result.state,
      message: couldNot(`run ${notebookPath} to its end (${result.state})`, why),
    };
  }
}
