import { couldNot } from "../../shared/text/could-not.ts";
import type { Question } from "./dbutils-answers.ts";
import type { FabricHost } from "./driver-host.ts";
import type { ExecutionRequest, FabricRun } from "./execution-request.ts";
import { type FabricParts, FabricRuns } from "./fabric-runs.ts";

/** Answers the questions of `notebookutils` for one run. */
export class FabricAnswers {
  readonly #request: ExecutionRequest;
  readonly #parts: FabricParts;
  readonly #runs: FabricRuns;

  constructor(request: ExecutionRequest, parts: FabricParts) {
    this.#request = request;
    this.#parts = parts;
    this.#runs = new FabricRuns(request, parts);
  }

  /** Undefined for a question that is not of notebookutils. */
  async answer(question: Question): Promise<{ value: unknown } | undefined> {
    const text = (name: string) => String(question[name] ?? "");
    switch (question.question) {
      case "oneLakeFolder":
        return { value: this.#fabric.oneLakeFolder(text("workspace"), text("item")) ?? null };
      case "lakehouses":
        return { value: this.#lakehouses(text("workspace")) };
      case "token":
        return { value: this.#secret(await this.#fabric.token(text("audience"))) };
      case "vaultSecret":
        return { value: this.#secret(await this.#fabric.vaultSecret(text("vault"), text("name"))) };
      case "notebook": {
        const { workspaceFolder, notebookPath } = this.#runs.notebook(text("name"));
        return { value: { workspaceFolder, notebookPath } };
      }
      case "startNotebook":
        return { value: this.#runs.start(question) };
      case "finishedNotebook":
        return { value: await this.#runs.finished(question.timeoutSeconds as number | null) };
      case "cancelNotebook":
        this.#runs.cancel(Number(question.notebook));
        return { value: null };
      default:
        return undefined;
    }
  }

  get #fabric(): FabricHost {
    const { fabric } = this.#parts.host;
    if (!fabric)
      throw new Error(
        couldNot(
          "answer the notebook",
          "its service has not described its workspace on Fabric to the driver",
        ),
      );
    return fabric;
  }

  #lakehouses(workspace: string): unknown[] {
    const found = this.#fabric.lakehouses?.(workspace);
    if (found) return found;
    const { lakehouse } = this.#request.fabric as FabricRun;
    if (!this.#fabric.lakehouses) return lakehouse ? [lakehouse] : [];
    throw new Error(
      couldNot("list the lakehouses", `there is no workspace ${workspace}`, "check its name or id"),
    );
  }

  #secret(value: string): string {
    this.#parts.redaction.add(value);
    return value;
  }
}
