import assert from "node:assert/strict";
import { SignInError } from "../../../shared/azure/sign-in-error.ts";

const sentence = (message: string) =>
  new SignInError({
    identity: "application 1",
    authority: "login.microsoftonline.com",
    cause: new Error(message),
  }).message;

describe("a sign-in that fails", () => {
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
      "with an answer that is not whole; run the step again; if it stays so, look for a proxy or firewall that cuts connections.",
    ],
  ] as const)
    it(`says what to do: ${expected}`, () => {
      assert.equal(
        sentence(message),
        `Could not sign in as application 1: login.microsoftonline.com answered ${expected}`,
      );
    });

  it("says nothing of the request that the Azure SDK quotes, which holds a token", () => {
    const quoted = 'Authentication Failed. {"request":{"headers":{"authorization":"Bearer secret-token"}}}';
    assert(!sentence(quoted).includes("secret-token"));
  });
});
