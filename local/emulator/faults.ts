import type { ServiceRequest } from "./http/request.ts";

/** What goes wrong with a request: declared by `POST /faults`, described in docs/emulator.md. */
export interface RequestFault {
  match: {
    /** The service by its name, such as `key-vault`. */
    service?: string;
    method?: string;
    /** Regular expression over the path, without the query. */
    path?: string;
    /** The first fitting request, counted from 1, that the fault meets; 1 where nothing is said. */
    nth?: number;
  };
  /** How many requests it meets; 1 where nothing is said. */
  times?: number;
  /** Before the effect (which then never happens, if the fault answers) or after it (which is kept). */
  when: "before" | "after";
  then: {
    status?: number;
    headers?: Record<string, string>;
    body?: unknown;
    /** The connection is reset in place of an answer. */
    reset?: boolean;
    /**
     * With `before` and an answer or `reset`: the effect comes nevertheless, so much later on the workspace's clock. A gateway that gives
     * up on a service answers so: 503, and the thing is there some seconds later.
     */
    effectAfterMs?: number;
    stallMs?: number;
    /** Only so many bytes of the answer are sent, then the connection is cut. */
    truncate?: number;
    /** A signal to a process, e.g. the client that waits for this very answer. */
    signal?: { pid: number; name: NodeJS.Signals };
  };
}

/** What goes wrong inside the platform, and no notebook can bring about. */
export interface OperationFault {
  match: {
    operation: OperationName;
    /** Regular expression over the cluster's name, the run's name or the library. */
    name?: string;
    nth?: number;
  };
  times?: number;
  then: {
    /** `cluster.start`: the cluster ends with this reason. */
    terminate?: { code: string; type: string; parameters?: Record<string, string> };
    /** `cluster.start`: it stays PENDING. */
    never?: boolean;
    /** `run.start`: the run ends so, without its notebook. `library.install`: FAILED with this message. */
    fail?: { life_cycle_state?: string; result_state?: string; message: string };
  };
}

export type OperationName = "cluster.start" | "run.start" | "library.install";
export type Fault = RequestFault | OperationFault;

interface Armed<F extends Fault> {
  fault: F;
  seen: number;
  met: number;
}

/** The faults that are declared, each counting down. */
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

  /** The fault that this request meets, if any; asked once a request. */
  ofRequest(service: string, request: ServiceRequest): RequestFault | undefined {
    return strike(this.#requests, ({ match }) => {
      if (match.service && match.service !== service) return false;
      if (match.method && match.method.toUpperCase() !== request.method) return false;
      return !match.path || new RegExp(match.path).test(request.url.pathname);
    });
  }

  /** What is to happen to this cluster, run or library in place of success, if anything. */
  ofOperation(operation: OperationName, name: string): OperationFault["then"] | undefined {
    return strike(
      this.#operations,
      ({ match }) => match.operation === operation && (!match.name || new RegExp(match.name).test(name)),
    )?.then;
  }
}

function strike<F extends Fault>(armed: Armed<F>[], fits: (fault: F) => boolean): F | undefined {
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

/** Why this is not a fault, or undefined where it is. */
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
