import type { ServiceRequest } from "./http/request.ts";

/** A failure of a request, as `POST /faults` declares it; docs/emulator.md describes the fields. */
export interface RequestFault {
  match: {
    /** The service by its name, such as `key-vault`. */
    service?: string;
    method?: string;
    /** Regular expression over the path, without the query. */
    path?: string;
    /** The first matching request to fail, counted from 1; by default 1. */
    nth?: number;
  };
  /** How many requests fail; by default 1. */
  times?: number;
  /** Before the request takes effect, which a fault with an answer or `reset` prevents; or after it. */
  when: "before" | "after";
  then: {
    status?: number;
    headers?: Record<string, string>;
    body?: unknown;
    /** The connection is reset instead of answered. */
    reset?: boolean;
    /**
     * With `before` and an answer or `reset`: the request takes effect after this time on the workspace's clock. So it does behind a
     * gateway that gives up waiting for a service: the answer is 503, and the object exists some seconds later.
     */
    effectAfterMs?: number;
    stallMs?: number;
    /** The number of bytes of the answer that are sent before the connection is cut. */
    truncate?: number;
    /** A signal to a process, such as the client that waits for the answer. */
    signal?: { pid: number; name: NodeJS.Signals };
  };
}

/** A failure inside the platform, which no notebook can cause. */
interface OperationFault {
  match: {
    operation: OperationName;
    /**
     * Regular expression over the cluster's name, the run's name or the library; `fabric.job`: over the item's name;
     * `fabric.operation`: over what it does and the item's name, such as `create Sales`.
     */
    name?: string;
    nth?: number;
  };
  times?: number;
  then: {
    /** `cluster.start`: the cluster ends with this reason. */
    terminate?: { code: string; type: string; parameters?: Record<string, string> };
    /** `cluster.start` and `run.start`: it stays PENDING. `fabric.job`: it stays NotStarted. `fabric.operation`: it stays Running. */
    never?: boolean;
    /**
     * On the workspace's clock. `run.cancel`: the run is TERMINATING for this time. `fabric.job`: the job instance is NotStarted for it.
     * `fabric.operation`: it takes this time.
     */
    delaySeconds?: number;
    /**
     * `run.start`: the run ends with these states without running its notebook. `library.install`: it fails with this message.
     * `fabric.job` and `fabric.operation`: it fails with this error.
     */
    fail?: { life_cycle_state?: string; result_state?: string; errorCode?: string; message: string };
    /** `fabric.job`: the job instance is skipped, as if another of its type were running. */
    status?: "Deduped";
  };
}

type OperationName =
  | "cluster.start"
  | "run.start"
  | "run.cancel"
  | "library.install"
  | "fabric.job"
  | "fabric.operation";
export type Fault = RequestFault | OperationFault;

interface Armed<F extends Fault> {
  fault: F;
  seen: number;
  met: number;
}

/** The declared faults, and how often each has been met. */
export class Faults {
  #requests: Armed<RequestFault>[] = [];
  #operations: Armed<OperationFault>[] = [];

  declare(fault: Fault): void {
    const armed = { seen: 0, met: 0 };
    if ("operation" in fault.match) this.#operations.push({ fault: fault as OperationFault, ...armed });
    else this.#requests.push({ fault: fault as RequestFault, ...armed });
  }

  /** What each declared fault matches, with how many requests or operations have met it. */
  list(): { match: Fault["match"]; met: number }[] {
    return [...this.#requests, ...this.#operations].map(({ fault: { match }, met }) => ({ match, met }));
  }

  clear(): void {
    this.#requests = [];
    this.#operations = [];
  }

  /** The fault that this request meets, if any. Counts the request, so call it once for each. */
  ofRequest(service: string, request: ServiceRequest): RequestFault | undefined {
    return firstMatch(this.#requests, ({ match }) => {
      if (match.service && match.service !== service) return false;
      if (match.method && match.method.toUpperCase() !== request.method) return false;
      return !match.path || new RegExp(match.path).test(request.url.pathname);
    });
  }

  /** What happens to this cluster, run or library instead of success, if a fault matches. */
  ofOperation(operation: OperationName, name: string): OperationFault["then"] | undefined {
    return firstMatch(
      this.#operations,
      ({ match }) => match.operation === operation && (!match.name || new RegExp(match.name).test(name)),
    )?.then;
  }
}

function firstMatch<F extends Fault>(armed: Armed<F>[], fits: (fault: F) => boolean): F | undefined {
  for (const entry of armed) {
    if (entry.met >= (entry.fault.times ?? 1) || !fits(entry.fault)) continue;
    entry.seen++;
    if (entry.seen < (entry.fault.match.nth ?? 1)) continue;
    entry.met++;
    return entry.fault;
  }
  return undefined;
}

function isAnswer({ status, headers, body, reset }: RequestFault["then"]): boolean {
  return reset === true || status !== undefined || headers !== undefined || body !== undefined;
}

/** Why a value is not a valid fault; undefined if it is valid. */
export function faultProblem(value: unknown): string | undefined {
  if (value === null || typeof value !== "object") return "A fault is a JSON object.";
  const { match, then, when } = value as Partial<RequestFault>;
  if (match === null || typeof match !== "object") return "A fault needs match.";
  if (then === null || typeof then !== "object") return "A fault needs then.";
  if (!("operation" in match) && when !== "before" && when !== "after")
    return 'A fault needs when: "before" or "after".';
  if (then.effectAfterMs !== undefined && (when !== "before" || !isAnswer(then)))
    return 'effectAfterMs needs when: "before", and an answer (status, headers or body) or reset.';
  return undefined;
}
