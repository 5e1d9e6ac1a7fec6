import assert from "node:assert/strict";
import { SignInError } from "../../../shared/azure/sign-in-error.ts";

const failure = (message: string) =>
  new SignInError({
    identity: "application 1",
    authority: "login.microsoftonline.com",
    cause: new Error(message),
  });
const sentence = (message: string) => failure(message).message;

describe("sign-ins that fail", () => {
  for (const [message, expected] of [
    [
      "7000215 - [2026-11-21]: AADSTS7000215: Invalid client secret provided. Trace ID: x",
      "AADSTS7000215 (the client secret is wrong); enter the secret's value, not its id, in the service connection.",
    ],
    [
      "invalid_client: AADSTS700016: Application with identifier '1' was not found",
      "AADSTS700016 (the application is not in this tenant); check the application id and the tenant id of the service connection.",
    ],
    [
      "AADSTS999999: something new",
      "AADSTS999999 (see the code's page); look the reason up at https://login.microsoftonline.com/error?code=999999.",
    ],
    [
      "connect ECONNREFUSED 127.0.0.1:443",
      "nothing (ECONNREFUSED); check that the agent's network and proxy let it through.",
    ],
    [
      "network_error: See https://aka.ms/msal.js.errors#network_error for details",
      "with an incomplete answer; run the step again; if it fails again, look for a proxy or firewall that cuts connections.",
    ],
  ] as const)
    it(`the error of a failed sign-in says what to do: ${expected}`, () => {
      assert.equal(
        sentence(message),
        `Could not sign in as application 1: login.microsoftonline.com answered ${expected}`,
      );
    });

  // https://learn.microsoft.com/entra/identity-platform/reference-error-codes
  for (const [code, cameBack, todo] of [
    [7000215, "the client secret is wrong", "enter the secret's value, not its id"],
    [7000222, "the client secret has expired", "make a new one for the app registration"],
    [700016, "the application is not in this tenant", "check the application id and the tenant id"],
    [90002, "there is no such tenant", "check the tenant id of the service connection"],
    [900023, "the tenant id is not valid", "check the tenant id of the service connection"],
    [700027, "the certificate is not registered", "upload it to the app registration"],
    [700024, "the signed assertion is not valid now", "check the clock of the agent"],
    [700211, "no federated credential has this issuer", "add the one that the service connection shows"],
    [700212, "no federated credential has this audience", "add the one that the service connection shows"],
    [700213, "no federated credential has this subject", "add the one that the service connection shows"],
    [500011, "this service is not known in the tenant", "check that the tenant is the one of the workspace"],
    [53003, "a conditional access policy forbids it", "let the agent's network sign in"],
    [7000112, "the application is disabled", "enable it in the tenant's enterprise applications"],
  ] as const)
    it(`the error of a failed sign-in explains AADSTS${code}: ${cameBack}`, () => {
      const error = failure(`invalid_request: AADSTS${code}: something in Microsoft's words`);
      assert(error.message.includes(` answered AADSTS${code} (${cameBack}); ${todo}`), error.message);
      assert.deepEqual([error.code, error.isBroken], [code, false]);
    });

  for (const [message, code, broken] of [
    ["AADSTS999999: something new", 999999, false],
    ["connect ETIMEDOUT 10.0.0.1:443", undefined, false],
    ["unable to verify: SELF_SIGNED_CERT_IN_CHAIN", undefined, false],
    ["endpoints_resolution_error: could not resolve", undefined, true],
    ["network_error: Network request failed", undefined, true],
    ["network_error: connect ECONNREFUSED", undefined, false],
    ['Response had no "expiresOn" property.', undefined, true],
    ["something else", undefined, false],
  ] as const)
    it(`calls a failed sign-in ${broken ? "temporary" : "final"} with ${message}`, () => {
      const error = failure(message);
      assert.deepEqual([error.code, error.isBroken], [code, broken]);
    });

  it("the error of a failed sign-in names the reason of a certificate that is not trusted", () => {
    assert.match(
      sentence("SELF_SIGNED_CERT_IN_CHAIN"),
      /answered nothing \(SELF_SIGNED_CERT_IN_CHAIN\); check/,
    );
  });

  it("the error of a failed sign-in keeps its cause, which need not be an Error", () => {
    const error = new SignInError({ identity: "application 1", authority: "host", cause: "no token" });
    assert.equal(error.cause, "no token");
    assert.match(error.message, /host answered without a token; run the step again with System\.Debug/);
  });

  it("the error of a failed sign-in does not show the request that the Azure SDK quotes, which contains a token", () => {
    const quoted = 'Authentication Failed. {"request":{"headers":{"authorization":"Bearer secret-token"}}}';
    assert(!sentence(quoted).includes("secret-token"));
  });
});
