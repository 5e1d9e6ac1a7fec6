import { SignInError } from "../../azure/sign-in-error.ts";
import { RequestError, type RequestErrorKind } from "../../http/errors.ts";
import { networkError } from "../../http/network-error.ts";
import { retryAfterMs } from "../../http/retry-after.ts";
import { duration } from "../../text/duration.ts";
import { oneLine, plainText } from "../../text/plain-text.ts";

interface Question {
  /** As in couldNot. */
  attempted: string;
  url: URL;
  /** How long the attempt had, if it ended because that time was over. */
  timedOutMs?: number;
}

/** What the Azure SDK's RestError has of an answer. Its message is the service's own, or the whole body if that is not an error of Azure Storage. */
interface Answer {
  statusCode: number;
  message: string;
  response?: { headers: { get(name: string): string | undefined } };
}

const longestMessage = 300;

/** Makes a RequestError of what the Azure SDK threw. */
export function storageError(cause: unknown, asked: Question): Error {
  if (cause instanceof RequestError || cause instanceof SignInError || cause instanceof LocalFailure)
    return cause;
  const { attempted, url, timedOutMs } = asked;
  if (timedOutMs !== undefined)
    return new RequestError({
      ...{ attempted, on: url.host, kind: "timeout", cause },
      cameBack: `did not answer within ${duration(timedOutMs / 1000)}`,
    });
  if (cause instanceof UnusableAnswer) return cause.during(attempted, url);
  if (!isAnswer(cause)) {
    const isOfNetwork = typeof (cause as { code?: unknown } | undefined)?.code === "string";
    return isOfNetwork ? networkError(asked, cause) : senseless("badAnswer", asked, cause);
  }
  if (cause.statusCode < 300) return senseless("interrupted", asked, cause);
  const header = (name: string) => cause.response?.headers.get(name) ?? null;
  const errorCode = header("x-ms-error-code") ?? undefined;
  const requestId = header("x-ms-request-id");
  const kind = kindOf(cause.statusCode, errorCode);
  const serverMessage = messageOf(cause.message);
  return new RequestError({
    ...{ attempted, on: url.host, kind, status: cause.statusCode, errorCode, serverMessage },
    retryAfterMs: retryAfterMs({ get: header }),
    cameBack: [
      `answered ${cause.statusCode}`,
      errorCode ? ` ${errorCode}` : "",
      serverMessage ? `: ${serverMessage.replace(/[\s.]+$/, "")}` : "",
      requestId ? ` (request ${oneLine(plainText(requestId), 60)})` : "",
    ].join(""),
    advice: advice(kind, errorCode),
  });
}

/** The SDK could not read an answer of success. */
function senseless(
  kind: "badAnswer" | "interrupted",
  { attempted, url }: Question,
  cause: unknown,
): RequestError {
  const cameBack =
    kind === "interrupted" ? "sent an answer that is cut off" : "did not answer as Azure Storage does";
  return new RequestError({ kind, attempted, on: url.host, cameBack, cause });
}

/** A failure of this machine while an answer was read, such as a full disk. */
export class LocalFailure extends Error {
  override name = "LocalFailure";
}

/** An answer that the SDK would take for a success. */
export class UnusableAnswer extends Error {
  override name = "UnusableAnswer";
  readonly #kind: RequestErrorKind;
  readonly #status: number;

  constructor(kind: RequestErrorKind, status: number, cameBack: string) {
    super(cameBack);
    this.#kind = kind;
    this.#status = status;
  }

  during(attempted: string, { host }: URL): RequestError {
    return new RequestError({
      ...{ attempted, on: host, kind: this.#kind, status: this.#status, cause: this },
      cameBack: this.message,
    });
  }
}

function isAnswer(cause: unknown): cause is Answer {
  return cause instanceof Error && typeof (cause as { statusCode?: unknown }).statusCode === "number";
}

/** https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
function kindOf(status: number, errorCode: string | undefined): RequestErrorKind {
  if (isPausedCapacity(errorCode)) return "invalid";
  // Fabric answers 430 if a capacity is used up; Azure Storage 503 ServerBusy if an account is.
  if (status === 429 || status === 430 || errorCode === "ServerBusy") return "throttled";
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "notFound";
  if (status === 409 || status === 412) return "conflict";
  if (status === 413) return "tooLarge";
  if (status === 408) return "timeout";
  if (status >= 500 && status !== 501 && status !== 505) return "unavailable";
  return "invalid";
}

/** By which Fabric says that nothing of a workspace can be used until its capacity runs again. The status differs between its services. */
function isPausedCapacity(errorCode: string | undefined): boolean {
  return /^Capacity(NotActive|Paused|Suspended)$|^(Workspace)?Capacity.*Paused$/i.test(errorCode ?? "");
}

function messageOf(text: string): string | undefined {
  // Azure Storage adds lines with the request's id and time to its message; anything else than a message is a page of a proxy.
  const [first = ""] = text.trim().split("\n");
  return first === "" || /^[<{]/.test(first) ? undefined : oneLine(plainText(first), longestMessage);
}

function advice(kind: RequestErrorKind, errorCode: string | undefined): string | undefined {
  if (isPausedCapacity(errorCode))
    return "resume the workspace's capacity, or assign the workspace to another one";
  switch (kind) {
    case "unauthorized":
      return "check that the service connection belongs to the tenant of the workspace";
    case "forbidden":
      return 'give the identity that runs this pipeline the role Contributor in the workspace, and check that the tenant setting "Users can access data stored in OneLake with apps external to Fabric" is on';
    case "notFound":
      return "check that the workspace and the lakehouse exist, and that nothing else deletes the file at the same time";
    case "conflict":
      return "check that no other run writes to the same folder, and that a file is not where a folder is needed";
    default:
      return undefined;
  }
}
