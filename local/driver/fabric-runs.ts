import { couldNot } from "../../shared/text/could-not.ts";
import type { Question } from "./dbutils-answers.ts";
import type { DriverHost, FabricNotebook } from "./driver-host.ts";
import type { ExecutionRequest, FabricRun } from "./execution-request.ts";
import type { ExecutionResult } from "./execution-result.ts";
import type { Redaction } from "./redaction.ts";

export interface FabricParts {
  host: DriverHost;
  redaction: Redaction;
  runNotebook(
    request: ExecutionRequest,
    options: { timeoutSeconds: number; host?: DriverHost; signal?: AbortSignal },
  ): Promise<ExecutionResult>;
}

interface Finished {
  notebook: number;
  state: string;
  exitValue?: string;
  message?: string;
}

/** The notebooks that a notebook runs by `notebookutils.notebook.run` and `runMultiple`, each in a run of its own. */
export class FabricRuns {
  readonly #request: ExecutionRequest;
  readonly #parts: FabricParts;
  readonly #cancels = new Map<number, AbortController>();
  readonly #finished: Finished[] = [];
  #started = 0;
  /** Resolves when the next notebook finishes. */
  #wake: () => void = () => {};

  constructor(request: ExecutionRequest, parts: FabricParts) {
    this.#request = request;
    this.#parts = parts;
  }

  /** Returns the number of the notebook, by which `finished` names it. */
  start(question: Question): number {
    const number = ++this.#started;
    const { request, host } = this.#child(number, question);
    const cancel = new AbortController();
    this.#cancels.set(number, cancel);
    this.#parts
      .runNotebook(request, { timeoutSeconds: 0, host, signal: cancel.signal })
      .then(
        (result) => outcome(number, request.notebookPath, result),
        (error: Error) => ({ notebook: number, state: "failed", message: error.message }),
      )
      .then((finished) => {
        this.#cancels.delete(number);
        this.#finished.push(finished);
        this.#wake();
      });
    return number;
  }

  /** The notebook that finished first; null if none does within the time. Null seconds mean no time limit. */
  async finished(timeoutSeconds: number | null): Promise<Finished | null> {
    if (this.#finished.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (timeoutSeconds !== null) timer = setTimeout(resolve, timeoutSeconds * 1000);
      });
      clearTimeout(timer);
      this.#wake = () => {};
    }
    return this.#finished.shift() ?? null;
  }

  cancel(notebook: number): void {
    this.#cancels.get(notebook)?.abort();
  }

  #child(number: number, question: Question): { request: ExecutionRequest; host: DriverHost } {
    const fabric = this.#request.fabric as FabricRun;
    const notebook = this.notebook(String(question.path), String(question.workspace ?? ""));
    const { host } = this.#parts;
    const request: ExecutionRequest = {
      ...this.#request,
      runId: `${this.#request.runId}-${number}`,
      notebookPath: notebook.notebookPath,
      parameters: {},
      fabric: {
        ...fabric,
        workspace: notebook.workspace,
        item: notebook.item,
        parameters: question.arguments as Record<string, unknown>,
        reference: {
          parentRunId: this.#request.runId,
          rootRunId: fabric.reference?.rootRunId ?? this.#request.runId,
          rootItem: fabric.reference?.rootItem ?? fabric.item,
          rootWorkspace: fabric.reference?.rootWorkspace ?? fabric.workspace,
          cellTimeoutSeconds: Number(question.cellTimeoutSeconds),
        },
      },
    };
    return { request, host: { ...host, workspaceFolder: notebook.workspaceFolder } };
  }

  /** A notebook by its name. @param named the workspace in which it is; without it the run's own */
  notebook(name: string, named = ""): FabricNotebook {
    const { host } = this.#parts;
    const fabric = this.#request.fabric as FabricRun;
    const workspace = named || fabric.workspace.id;
    const known = host.fabric?.notebook?.(workspace, name);
    if (known) return known;
    const isOwn = workspace === fabric.workspace.id || workspace === fabric.workspace.name;
    if (host.fabric?.notebook || !isOwn)
      throw new Error(
        couldNot(
          `run the notebook ${name}`,
          `the workspace ${isOwn ? fabric.workspace.name : workspace} does not have it`,
          "check its name",
        ),
      );
    return {
      workspace: fabric.workspace,
      item: { id: name, name },
      workspaceFolder: host.workspaceFolder,
      notebookPath: `/${name.replace(/^[./]+/, "")}`,
    };
  }
}

function outcome(notebook: number, notebookPath: string, result: ExecutionResult): Finished {
  if (result.state === "success") return { notebook, state: "success", exitValue: result.exitValue ?? "" };
  const why = `${result.error?.name}: ${result.error?.message}`;
  return {
    notebook,
    state: result.state,
    message: couldNot(`run ${notebookPath} to its end (${result.state})`, why),
  };
}
