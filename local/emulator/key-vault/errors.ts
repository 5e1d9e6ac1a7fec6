import { Refusal } from "../http/reply.ts";

/** `{error: {code, message, innererror}}`. Source: https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
export function vaultError(
  status: number,
  code: string,
  message: string,
  options: { inner?: string; headers?: Record<string, string> } = {},
): Refusal {
  const innererror = options.inner ? { innererror: { code: options.inner } } : {};
  return new Refusal({
    status,
    headers: options.headers ?? {},
    body: { error: { code, message, ...innererror } },
  });
}
