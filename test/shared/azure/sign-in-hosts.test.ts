import assert from "node:assert/strict";
import type { AzureConnection } from "../../../shared/azure/service-connection.ts";
import { guardedHttpClient, signInHosts } from "../../../shared/azure/sign-in-hosts.ts";
import { RequestError } from "../../../shared/http/errors.ts";

type SignIn = AzureConnection["signIn"];

const application = { tenantId: "t", clientId: "c" };
const secret: SignIn = { kind: "secret", ...application, secret: "s" };
const federation: SignIn = { kind: "federation", ...application, connectionId: "1" };
const managedIdentity: SignIn = { kind: "managedIdentity" };
const oidcRequestUri = new URL("https://vstoken.dev.azure.com/contoso/oidctoken?api-version=7.1");

interface Case {
  allowedHosts?: string;
  oidcRequestUri?: URL;
}

function judge(signIn: SignIn, address: string, { allowedHosts, ...more }: Case = {}): "taken" | "refused" {
  const requireHost = signInHosts({ signIn } as AzureConnection, {
    attempted: "sign in",
    allowedHosts,
    oidcRequestUri: undefined,
    ...more,
  });
  try {
    requireHost(new URL(address));
    return "taken";
  } catch (error) {
    assert(error instanceof RequestError && error.kind === "hostNotAllowed", String(error));
    return "refused";
  }
}

describe("the addresses of a sign-in", () => {
  for (const [what, signIn, address, options, expected] of [
    ["the login host", secret, "https://login.microsoftonline.com/t/oauth2/v2.0/token", {}, "taken"],
    ["another host", secret, "https://login.example.org/t", {}, "refused"],
    [
      "a host that is listed",
      secret,
      "https://login.example.org/t",
      { allowedHosts: "login.example.org" },
      "taken",
    ],
    [
      "the job's OIDC address, whatever its query",
      federation,
      `${oidcRequestUri}&x=1`,
      { oidcRequestUri },
      "taken",
    ],
    [
      "another path of that host",
      federation,
      "https://vstoken.dev.azure.com/other",
      { oidcRequestUri },
      "refused",
    ],
    [
      "an OIDC address elsewhere",
      federation,
      "https://oidc.example.org/",
      { oidcRequestUri: new URL("https://oidc.example.org/") },
      "refused",
    ],
    ["Azure DevOps without an OIDC address", secret, `${oidcRequestUri}`, {}, "refused"],
    ["the metadata service of a machine", managedIdentity, "http://169.254.169.254/metadata", {}, "taken"],
    [
      "the metadata service without a managed identity",
      secret,
      "http://169.254.169.254/metadata",
      {},
      "refused",
    ],
    ["another port of the metadata service", managedIdentity, "http://169.254.169.254:81/", {}, "refused"],
    ["an endpoint of this machine that is not listed", managedIdentity, "http://127.0.0.1:41", {}, "refused"],
    [
      "an endpoint of this machine that is listed",
      managedIdentity,
      "http://127.0.0.1:41",
      { allowedHosts: "127.0.0.1:41" },
      "taken",
    ],
    [
      "the IPv6 address of this machine if it is listed",
      managedIdentity,
      "http://[::1]:41",
      { allowedHosts: "[::1]:41" },
      "taken",
    ],
    [
      "localhost if it is listed",
      managedIdentity,
      "http://localhost:41",
      { allowedHosts: "localhost:41" },
      "taken",
    ],
    [
      "a link-local address that is listed",
      managedIdentity,
      "http://169.254.1.2:41",
      { allowedHosts: "169.254.1.2:41" },
      "taken",
    ],
    [
      "an endpoint elsewhere over http, though it is listed",
      managedIdentity,
      "http://10.0.0.1:41",
      { allowedHosts: "10.0.0.1:41" },
      "refused",
    ],
    [
      "a name that only begins like this machine's",
      managedIdentity,
      "http://127.example.org",
      { allowedHosts: "127.example.org" },
      "refused",
    ],
  ] as const)
    it(`a sign-in address is ${expected} if it is ${what}`, () =>
      assert.equal(judge(signIn, address, options), expected));

  it("a sign-in address gets no request before it was judged", async () => {
    const refusals: RequestError[] = [];
    const refusal = new RequestError({ kind: "hostNotAllowed", attempted: "a", on: "b", cameBack: "c" });
    const client = await guardedHttpClient(
      () => {
        throw refusal;
      },
      (error) => refusals.push(error),
    );
    const request = { url: "https://localhost:1/" } as Parameters<typeof client.sendRequest>[0];
    await assert.rejects(client.sendRequest(request), refusal);
    assert.deepEqual(refusals, [refusal]);
  });
});
