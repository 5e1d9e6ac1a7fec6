import { couldNot } from "../text/could-not.ts";

/**
 * What kind of failure a request met. Callers branch on this, never on the text.
 * - `unreachable`: no connection, so nothing happened on the other side
 * - `interrupted`: the connection broke or the answer was cut off: whether the request took effect is unknown
 * - `signInPage`: HTML instead of JSON, which Databricks and Azure DevOps return for a credential that they refuse
 * - `badAnswer`: neither JSON nor HTML, or nothing, or JSON without what was asked for: whether the request took effect is unknown
 */
export type RequestErrorKind =
  | "unreachable"
  | "certificate"
  | "interrupted"
  | "timeout"
  | "canceled"
  | "hostNotAllowed"
  | "redirected"
  | "signInPage"
  | "badAnswer"
  | "unauthorized"
  | "forbidden"
  | "notFound"
  | "conflict"
  | "tooLarge"
  | "throttled"
  | "unavailable"
  | "invalid";

interface RequestErrorDetails {
  kind: RequestErrorKind;
  /** What the caller was about to do, e.g. `create cluster weather-42`. */
  attempted: string;
  /** The host asked; never the whole URL, whose query can hold a credential. */
  on: string;
  /** E.g. `answered 403 PERMISSION_DENIED: …`. */
  cameBack: string;
  status?: number;
  errorCode?: string;
  retryAfterMs?: number;
  /** The server's own message: text from outside. */
  serverMessage?: string;
  cause?: unknown;
  /** What to do about it, if the caller knows more than the kind tells. */
  advice?: string;
  /** The service accepted the request, and only what became of it could not be learnt. */
  accepted?: boolean;
}

/** A request that did not succeed. */
export class RequestError extends Error {
  override name = "RequestError";
  readonly kind: RequestErrorKind;
  readonly attempted: string;
  readonly on: string;
  readonly cameBack: string;
  readonly status?: number;
  readonly errorCode?: string;
  readonly retryAfterMs?: number;
  readonly serverMessage?: string;
  readonly accepted?: boolean;

  constructor(details: RequestErrorDetails) {
    const { attempted, on, cameBack, advice, cause } = details;
    super(couldNot(attempted, `${on} ${cameBack}`, advice ?? whatToDo[details.kind]), { cause });
    this.kind = details.kind;
    this.attempted = details.attempted;
    this.on = details.on;
    this.cameBack = details.cameBack;
    this.status = details.status;
    this.errorCode = details.errorCode;
    this.retryAfterMs = details.retryAfterMs;
    this.serverMessage = details.serverMessage;
    this.accepted = details.accepted;
  }

  /** The same error with better advice than its kind gives. */
  advising(advice: string): RequestError {
    return new RequestError({ ...this, cause: this.cause, advice });
  }

  /** The same error of a request that the service had accepted. */
  afterAcceptance(): RequestError {
    const accepted = new RequestError({ ...this, cause: this.cause, accepted: true });
    accepted.message = this.message;
    return accepted;
  }

  /** Whether the request may have taken effect although no answer says so. */
  get ambiguous(): boolean {
    return (
      this.accepted === true || ["interrupted", "timeout", "unavailable", "badAnswer"].includes(this.kind)
    );
  }
}

const whatToDo: Record<RequestErrorKind, string> = {
  unreachable: "check the address, and that the agent's network, proxy and firewall let it through",
  certificate:
    "give the agent the certificate authority that signed it (config --sslcacert, or NODE_EXTRA_CA_CERTS)",
  interrupted: "run the step again; if it fails again, look for a proxy or firewall that cuts connections",
  timeout: "run the step again; if it fails again, look at the service's health page and the agent's network",
  canceled: "start the pipeline again if that was not intended",
  hostNotAllowed:
    "correct the address, or list the host in the variable NotebookOps.AllowedHosts if it is yours",
  redirected: "give the address to which it redirects, if you trust it",
  signInPage: "check that the address is the workspace's own and that the token is valid and not expired",
  badAnswer: "check that the address is the service's own, and that no proxy answers instead of it",
  unauthorized: "check that the token is the one for this service and has not expired",
  forbidden: "give the identity that runs this pipeline the permission",
  notFound: "check the name, and that it has not been deleted",
  conflict: "choose another name, or remove what is in the way",
  tooLarge: "make it smaller",
  throttled: "run the step again later, or run fewer pipelines at once",
  unavailable: "run the step again; if it fails again, look at the service's health page",
  invalid: "correct what the message names",
};
