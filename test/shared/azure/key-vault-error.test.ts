import assert from "node:assert/strict";
import { KeyVaultError } from "../../../shared/azure/key-vault-error.ts";
import { SignInError } from "../../../shared/azure/sign-in-error.ts";
import { RequestError } from "../../../shared/http/errors.ts";

const asked = {
  attempted: "fetch secret 'password'",
  vault: "weather.vault.azure.net",
  identity: "application 1",
  timeoutMs: 120_000,
};
const from = (cause: unknown) => KeyVaultError.from(cause, asked);

/** As the Azure SDK's RestError has them. */
const restError = (fields: object) =>
  Object.assign(new Error("<html>a whole page, with Authorization: Bearer eyJ0</html>"), fields);
const named = (name: string) => Object.assign(new Error("The operation was aborted."), { name });

describe("a vault that does not return what was asked", () => {
  for (const [cause, kind, sentence] of [
    [
      restError({ statusCode: 404, details: { error: { code: "SecretNotFound" } } }),
      "notFound",
      "answered 404 SecretNotFound; check the secret's name, and its version if one is given, or add it to the vault",
    ],
    [
      restError({
        statusCode: 403,
        details: { error: { code: "Forbidden", innerError: { code: "SecretDisabled" } } },
      }),
      "disabled",
      "answered 403 Forbidden (SecretDisabled); enable the secret in the vault, or leave it out of the input 'secrets'",
    ],
    [
      restError({ statusCode: 403 }),
      "forbidden",
      "answered 403; give application 1 the role Key Vault Secrets User (or an access policy with Get and List), and let the agent through the vault's firewall",
    ],
    [
      restError({ statusCode: 401, code: "Unauthorized" }),
      "unauthorized",
      "answered 401 Unauthorized; check that the vault belongs to the tenant of application 1",
    ],
    [
      restError({ statusCode: 503 }),
      "failed",
      "answered 503; run the step again; if it fails again, look at the vault's health page",
    ],
    [
      named("TimeoutError"),
      "timeout",
      "did not answer within 120 s; run the step again; if it fails again, look at the vault's health page",
    ],
    [
      named("AbortError"),
      "timeout",
      "did not answer within 120 s; run the step again; if it fails again, look at the vault's health page",
    ],
    [
      restError({ code: "ENOTFOUND" }),
      "unreachable",
      "cannot be reached (ENOTFOUND); check that the vault weather.vault.azure.net exists and that the agent's network lets it through",
    ],
    [
      "no error at all",
      "failed",
      "cannot be reached; run the step again; if it fails again, look at the vault's health page",
    ],
  ] as const)
    it(`a vault that fails a request is named in one sentence, without the page that it sent: ${sentence}`, () => {
      const error = from(cause);
      assert.ok(error instanceof KeyVaultError);
      assert.equal(error.kind, kind);
      assert.equal(
        error.message,
        `Could not fetch secret 'password': key vault weather.vault.azure.net ${sentence}.`,
      );
      assert.equal(error.cause, cause);
    });

  it("a vault is not blamed for a sign-in that failed, nor for a refusal of ours", () => {
    const signIn = new SignInError({ identity: "a", authority: "b", cause: "c" });
    const refusal = new RequestError({ kind: "redirected", attempted: "a", on: "b", cameBack: "c" });
    assert.deepEqual([from(signIn), from(refusal)], [signIn, refusal]);
  });
});
