import { RequestError } from "../http/errors.ts";
import { couldNot } from "../text/could-not.ts";
import { SignInError } from "./sign-in-error.ts";

type KeyVaultErrorKind =
  | "notFound"
  | "disabled"
  | "forbidden"
  | "unauthorized"
  | "unreachable"
  | "timeout"
  | "failed";

interface Question {
  attempted: string;
  vault: string;
  identity: string;
  timeoutMs: number;
}

/** A vault did not return what a task asked for. */
export class KeyVaultError extends Error {
  override name = "KeyVaultError";
  readonly kind: KeyVaultErrorKind;

  private constructor(kind: KeyVaultErrorKind, message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }

  static from(cause: unknown, asked: Question): KeyVaultError | SignInError | RequestError {
    if (cause instanceof SignInError || cause instanceof RequestError) return cause;
    const { statusCode, code, inner } = restError(cause);
    const kind = kindOf(statusCode, code, inner, cause);
    const cameBack =
      statusCode !== undefined
        ? `answered ${statusCode}${code ? ` ${code}` : ""}${inner ? ` (${inner})` : ""}`
        : kind === "timeout"
          ? `did not answer within ${asked.timeoutMs / 1000} s`
          : `cannot be reached${code ? ` (${code})` : ""}`;
    return new KeyVaultError(
      kind,
      couldNot(asked.attempted, `key vault ${asked.vault} ${cameBack}`, advice(kind, asked)),
      cause,
    );
  }
}

function kindOf(
  status: number | undefined,
  code: string | undefined,
  inner: string | undefined,
  cause: unknown,
): KeyVaultErrorKind {
  if (inner === "SecretDisabled") return "disabled";
  if (status === 404) return "notFound";
  if (status === 403) return "forbidden";
  if (status === 401) return "unauthorized";
  if (status !== undefined) return "failed";
  if (cause instanceof Error && ["AbortError", "TimeoutError"].includes(cause.name)) return "timeout";
  return code === undefined ? "failed" : "unreachable";
}

function advice(kind: KeyVaultErrorKind, { identity, vault }: Question): string {
  switch (kind) {
    case "notFound":
      return "check the secret's name, and its version if one is given, or add it to the vault";
    case "disabled":
      return "enable the secret in the vault, or leave it out of the input 'secrets'";
    case "forbidden":
      return `give ${identity} the role Key Vault Secrets User (or an access policy with Get and List), and let the agent through the vault's firewall`;
    case "unauthorized":
      return `check that the vault belongs to the tenant of ${identity}`;
    case "unreachable":
      return `check that the vault ${vault} exists and that the agent's network lets it through`;
    default:
      return "run the step again; if it fails again, look at the vault's health page";
  }
}

/** The codes of the Azure SDK's RestError. Its message is left out, as it can quote a whole page. */
function restError(cause: unknown): { statusCode?: number; code?: string; inner?: string } {
  if (cause === null || typeof cause !== "object") return {};
  const { statusCode, code, details } = cause as {
    statusCode?: number;
    code?: string;
    details?: { error?: { code?: string; innerError?: { code?: string } } };
  };
  return { statusCode, code: details?.error?.code ?? code, inner: details?.error?.innerError?.code };
}
