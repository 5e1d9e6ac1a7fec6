import assert from "node:assert/strict";
import { azureConnection } from "../../../shared/azure/service-connection.ts";
import type { ServiceConnection } from "../../../shared/task/host.ts";

const principal = { tenantid: "tenant", serviceprincipalid: "client" };

describe("Azure service connections", () => {
  it("an Azure service connection signs in by secret, certificate, federation or managed identity, as it says", () => {
    const signIn = (scheme: string, authorization: Record<string, string>, data = {}) =>
      azureConnection(connection({ scheme, authorization, data }), undefined).signIn;
    assert.deepEqual(
      signIn("serviceprincipal", { ...principal, authenticationType: "spnKey", serviceprincipalkey: "key" }),
      { kind: "secret", tenantId: "tenant", clientId: "client", secret: "key" },
    );
    assert.deepEqual(
      signIn("serviceprincipal", {
        ...principal,
        authenticationType: "spnCertificate",
        servicePrincipalCertificate: "pem",
      }),
      { kind: "certificate", tenantId: "tenant", clientId: "client", pem: "pem" },
    );
    assert.deepEqual(signIn("workloadidentityfederation", principal), {
      kind: "federation",
      tenantId: "tenant",
      clientId: "client",
      connectionId: "id",
    });
    assert.deepEqual(signIn("managedserviceidentity", {}, { msiclientId: "user-assigned" }), {
      kind: "managedIdentity",
      clientId: "user-assigned",
    });
  });

  for (const [cloud, authority, management, keyVaultSuffix] of [
    [
      "public",
      "https://login.microsoftonline.com/",
      "https://management.core.windows.net/",
      "vault.azure.net",
    ],
    [
      "US government",
      "https://login.microsoftonline.us/",
      "https://management.core.usgovcloudapi.net/",
      "vault.usgovcloudapi.net",
    ],
    [
      "China",
      "https://login.chinacloudapi.cn/",
      "https://management.core.chinacloudapi.cn/",
      "vault.azure.cn",
    ],
  ] as const)
    it(`an Azure service connection keeps to its own cloud: ${cloud}`, () => {
      const azure = azureConnection(
        connection({
          data: {
            environmentAuthorityUrl: authority,
            activeDirectoryServiceEndpointResourceId: management,
            AzureKeyVaultDnsSuffix: keyVaultSuffix,
          },
        }),
        undefined,
      );
      assert.equal(azure.authorityUrl.href, authority);
      assert.equal(azure.managementResource, management);
      assert.equal(azure.keyVaultSuffix, keyVaultSuffix);
      assert.equal(azure.isOwnAuthority, false);
    });

  it("an Azure service connection uses the public cloud unless it says otherwise", () => {
    const azure = azureConnection(connection({}), undefined);
    assert.equal(azure.authorityUrl.host, "login.microsoftonline.com");
    assert.equal(azure.keyVaultSuffix, "vault.azure.net");
    assert.equal(azure.managementResource, "https://management.core.windows.net/");
  });

  it("an Azure service connection names the authority of the newer field before that of the older", () => {
    const data = {
      activeDirectoryAuthority: "https://login.microsoftonline.us/",
      environmentAuthorityUrl: "https://login.microsoftonline.com/",
    };
    assert.equal(
      azureConnection(connection({ data }), undefined).authorityUrl.host,
      "login.microsoftonline.us",
    );
  });

  it("an Azure service connection gives the suffix of its key vaults without a dot at its beginning", () => {
    const data = { AzureKeyVaultDnsSuffix: ".vault.azure.cn" };
    assert.equal(azureConnection(connection({ data }), undefined).keyVaultSuffix, "vault.azure.cn");
  });

  for (const [authority, problem] of [
    ["http://login.microsoftonline.com/", /is not an https address/],
    ["https://login.microsoftonline.com.example.org/", /is not a host of the platform/],
    ["https://login.microsoftonline.com:8443/", /has a port in its address/],
    ["https://user@login.microsoftonline.com/", /has a user name in its address/],
  ] as const)
    for (const field of ["activeDirectoryAuthority", "environmentAuthorityUrl"])
      it(`an Azure service connection does not sign in at ${authority} of ${field}`, () => {
        assert.throws(() => azureConnection(connection({ data: { [field]: authority } }), undefined), {
          kind: "hostNotAllowed",
          message: problem,
        });
      });

  for (const [scheme, authenticationType, needed] of [
    ["serviceprincipal", "spnKey", ["tenantid", "serviceprincipalid", "serviceprincipalkey"]],
    ["serviceprincipal", "SpnCertificate", ["tenantid", "serviceprincipalid", "servicePrincipalCertificate"]],
    ["workloadidentityfederation", "", ["tenantid", "serviceprincipalid"]],
  ] as const)
    for (const missing of needed)
      it(`an Azure service connection with ${[scheme, authenticationType].filter(Boolean).join(" ")} is refused without its ${missing}`, () => {
        const given = Object.fromEntries(
          needed.filter((name) => name !== missing).map((name) => [name, "x"]),
        );
        const authorization = { ...given, authenticationType };
        assert.throws(() => azureConnection(connection({ scheme, authorization }), undefined), {
          name: "InputError",
          message: `Could not use service connection 'id': it has no ${missing}; edit it under Project settings > Service connections.`,
        });
      });

  it("an Azure service connection signs in by secret unless it says otherwise", () => {
    assert.equal(azureConnection(connection({}), undefined).signIn.kind, "secret");
  });

  it("an Azure service connection signs in as the agent's own managed identity if it names no other", () => {
    const { signIn } = azureConnection(connection({ scheme: "managedserviceidentity" }), undefined);
    assert.deepEqual(signIn, { kind: "managedIdentity", clientId: undefined });
  });

  it("an Azure service connection sends its secret to no authority but Microsoft's or one that is listed", () => {
    const own = connection({ data: { environmentAuthorityUrl: "https://login.example.org/" } });
    assert.throws(() => azureConnection(own, undefined), /login\.example\.org is not a host of the platform/);
    assert.equal(azureConnection(own, "login.example.org").isOwnAuthority, true);
  });

  for (const [name, given, problem] of [
    ["without a secret", { authorization: principal }, /it has no serviceprincipalkey; edit it/],
    [
      "by a password",
      { scheme: "usernamepassword" },
      /signs in by 'usernamepassword'; use one of type Azure/,
    ],
    [
      "with an authority that is no URL",
      { data: { environmentAuthorityUrl: "login" } },
      /'login' is not a URL/,
    ],
  ] as const)
    it(`an Azure service connection is refused in one sentence ${name}`, () => {
      assert.throws(() => azureConnection(connection(given), undefined), problem);
    });
});

function connection(given: {
  scheme?: string;
  authorization?: Record<string, string>;
  data?: Record<string, string>;
}): ServiceConnection {
  const authorization: Record<string, string> = given.authorization ?? {
    ...principal,
    serviceprincipalkey: "key",
  };
  const data: Record<string, string> = given.data ?? {};
  return {
    id: "id",
    scheme: given.scheme ?? "serviceprincipal",
    authorization: (name) => authorization[name],
    data: (name) => data[name],
  };
}
