import { RequestError } from "./errors.ts";
import type { HttpRequest } from "./message.ts";

/** Codes of a connection that could not be made. */
const unreachable = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"];

/** Makes a RequestError of what the network threw instead of an answer: `error` or, below it, a cause with Node's error code. */
export function networkError(
  { attempted, url }: Pick<HttpRequest, "attempted" | "url">,
  error: unknown,
): RequestError {
  const details = { attempted, on: url.host, cause: error };
  const { code, syscall } = systemError(error);
  // An established connection can end with the same codes (tcp(7), "Error handling"): the request may have been sent by then.
  const wasConnected = syscall === "read" || syscall === "write";
  if (unreachable.includes(code) && !wasConnected)
    return new RequestError({
      ...details,
      kind: "unreachable",
      errorCode: code,
      cameBack: `cannot be reached (${code})`,
    });
  if (/CERT|UNABLE_TO_VERIFY|ERR_SSL|EPROTO/.test(code))
    return new RequestError({
      ...details,
      kind: "certificate",
      errorCode: code,
      cameBack: `has a certificate that this machine does not trust (${code})`,
    });
  return new RequestError({
    ...details,
    kind: "interrupted",
    errorCode: code,
    cameBack: `broke the connection (${code || "no reason given"})`,
  });
}

/** node-fetch copies both from the error that it wraps, the system call by the name `erroredSysCall`. */
function systemError(error: unknown): { code: string; syscall?: unknown } {
  if (error === null || typeof error !== "object") return { code: "" };
  const { code, syscall, erroredSysCall, cause } = error as Record<string, unknown>;
  return typeof code === "string" ? { code, syscall: syscall ?? erroredSysCall } : systemError(cause);
}
