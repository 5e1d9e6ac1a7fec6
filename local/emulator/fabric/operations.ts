import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Faults } from "../faults.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { entityNotFound, fabricError } from "./errors.ts";
import type { DefineRoute } from "./route.ts";
import { fabricTime } from "./time.ts";

interface Operation {
  readonly id: string;
  status: "Running" | "Succeeded" | "Failed";
  readonly createdMs: number;
  updatedMs: number;
  result?: object;
  error?: object;
}

interface OperationSettings {
  origin: string;
  /** Simulated time of an operation, on the workspace's clock. */
  seconds: number;
  retryAfterSeconds: number;
}

/** Long-running operations. Source: https://learn.microsoft.com/rest/api/fabric/articles/long-running-operation */
export class Operations {
  readonly #operations = new Map<string, Operation>();
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #settings: OperationSettings;

  constructor(clock: Clock, faults: Faults, settings: OperationSettings) {
    this.#clock = clock;
    this.#faults = faults;
    this.#settings = settings;
  }

  /**
   * Answers 202, and does `work` when the operation's time has passed.
   * @param name what faults match, such as `create Sales`
   * @param work returns the operation's result, or undefined if it has none; throws a Refusal, which becomes the operation's error
   */
  start(name: string, work: () => object | undefined): Reply {
    const now = this.#clock.now();
    const operation: Operation = { id: randomUUID(), status: "Running", createdMs: now, updatedMs: now };
    this.#operations.set(operation.id, operation);
    const fault = this.#faults.ofOperation("fabric.operation", name);
    const seconds = fault?.delaySeconds ?? this.#settings.seconds;
    const finish = () => {
      operation.updatedMs = this.#clock.now();
      try {
        if (fault?.fail) throw fabricError(500, fault.fail.errorCode ?? "UnknownError", fault.fail.message);
        const result = work();
        if (result) operation.result = result;
        operation.status = "Succeeded";
      } catch (error) {
        const refusal =
          error instanceof Refusal ? error : fabricError(500, "UnknownError", (error as Error).message);
        operation.error = refusal.reply.body as object;
        operation.status = "Failed";
      }
    };
    if (!fault?.never) {
      if (seconds > 0) this.#clock.after(seconds * 1000, finish);
      else finish();
    }
    const headers = this.#headers({ ...operation, status: "Running" });
    return { status: 202, headers, body: null };
  }

  routes(route: DefineRoute): Route[] {
    return [
      route(
        "GET",
        "/operations/{operationId}",
        "core/long-running-operations/get-operation-state",
        (request) => {
          const operation = this.#get(request.parameter("operationId"));
          return ok(shown(operation), this.#headers(operation));
        },
      ),
      route(
        "GET",
        "/operations/{operationId}/result",
        "core/long-running-operations/get-operation-result",
        (request) => {
          const { status, result } = this.#get(request.parameter("operationId"));
          if (result) return ok(result);
          if (status === "Succeeded")
            throw fabricError(400, "OperationHasNoResult", "The operation has no result");
          // Unconfirmed code.
          throw fabricError(400, "OperationNotCompleted", `The operation is in the state ${status}`);
        },
      ),
    ];
  }

  #get(id: string): Operation {
    const operation = this.#operations.get(id.toLowerCase());
    if (!operation) throw entityNotFound();
    return operation;
  }

  /** The location of a finished operation is its result, if it has one. */
  #headers({ id, status, result }: Operation): Record<string, string> {
    const { origin, retryAfterSeconds } = this.#settings;
    const location = `${origin}/v1/operations/${id}`;
    const own = { "x-ms-operation-id": id };
    if (status === "Running") return { ...own, location, "retry-after": String(retryAfterSeconds) };
    return result ? { ...own, location: `${location}/result` } : own;
  }
}

const shown = ({ status, createdMs, updatedMs, error }: Operation) => ({
  status,
  createdTimeUtc: fabricTime(createdMs),
  lastUpdatedTimeUtc: fabricTime(updatedMs),
  percentComplete: status === "Running" ? 0 : 100,
  error: error ?? null,
});
