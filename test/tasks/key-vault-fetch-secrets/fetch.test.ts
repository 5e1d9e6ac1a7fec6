import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { taskFixture } from "../../harness/task-fixture.ts";
import type { TestWorkspace } from "../../harness/workspace.ts";
import { connectProxy } from "../../shared/http/faulty-server.ts";

describe("KeyVaultFetchSecrets", () => {
  for (const node of ["Node24", "Node20_1"] as const)
    it(`sets each named secret as a secret variable, by its own name or the given one (${node})`, async () => {
      await using step = await taskFixture("KeyVaultFetchSecrets", {
        workspace: {
          keyVault: { secrets: { "pool-id": "pool-4711", "client-id": "abc-def" } },
        },
      });
      const result = await step.run({ inputs: { secrets: "pool-id=PoolId, client-id" }, node });
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual(result.secretVariables, {
        PoolId: "pool-4711",
        "client-id": "abc-def",
      });
      assert.deepEqual(result.variables, {});
    });

  it("sets no secret as an output, whose value the agent would send to Azure DevOps, unless setOutputs is true", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { "pool-id": "pool-4711" } } },
    });
    const result = await step.run({ inputs: { secrets: "pool-id=PoolId" } });
    assert.deepEqual(result.effects.outputs, {});
    const asked = await step.run({ inputs: { secrets: "pool-id=PoolId", setOutputs: "true" } });
    assert.deepEqual(asked.effects.outputs, { PoolId: { value: "pool-4711", secret: true } });
    assert.equal(asked.secretVariables.PoolId, "pool-4711");
  });

  for (const scheme of ["certificate", "federated"] as const)
    it(`signs in to the key vault with a ${scheme} service connection`, async () => {
      await using step = await taskFixture("KeyVaultFetchSecrets", {
        workspace: {
          serviceConnections: { azure: { type: "azurerm", scheme } },
          keyVault: { secrets: { "pool-id": "pool-4711" } },
        },
      });
      const result = await step.run({ inputs: { secrets: "pool-id" } });
      assert.equal(result.secretVariables["pool-id"], "pool-4711", result.log);
    });

  for (const [what, asked] of [
    ["a secret", "^/secrets/pool-id/"],
    ["the list of secrets", "^/secrets$"],
  ])
    it(`repeats its request to the key vault if the answer with ${what} breaks off`, async () => {
      await using step = await taskFixture("KeyVaultFetchSecrets", {
        workspace: { keyVault: { secrets: { "pool-id": "pool-4711" } } },
      });
      // The first request is answered with the challenge that names the tenant.
      await step.workspace.declareFault({
        match: { service: "key-vault", path: asked, nth: 2 },
        when: "after",
        then: { truncate: 5 },
      });
      const result = await step.run({ inputs: { secrets: what === "a secret" ? "pool-id" : "*" } });
      assert.equal(result.secretVariables["pool-id"], "pool-4711", result.log);
      assert.equal(step.requests(new RegExp(asked!)).length, 3);
    });

  it("fetches secrets from a vault that it trusts by the certificate authority of the agent's configuration", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { "pool-id": "pool-4711" } } },
    });
    const result = await step.run({
      inputs: { secrets: "pool-id" },
      environment: { NODE_EXTRA_CA_CERTS: "" },
      variables: { "Agent.CAInfo": step.workspace.emulator.ready.caFile },
    });
    assert.equal(result.secretVariables["pool-id"], "pool-4711", result.log);
  });

  it("sends its requests to Entra and to the vault through the agent's proxy", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { "pool-id": "pool-4711" } } },
    });
    await using proxy = await connectProxy();
    const result = await step.run({
      inputs: { secrets: "pool-id" },
      variables: { "Agent.ProxyUrl": proxy.url },
    });
    assert.equal(result.secretVariables["pool-id"], "pool-4711", result.log);
    const { authorityUrl, keyVaultUrl } = step.workspace.emulator.ready;
    assert.deepEqual(
      new Set(proxy.connected),
      new Set([authorityUrl, keyVaultUrl].map((url) => new URL(url).host)),
    );
  });

  it("fetches all secrets for *, page by page, and names those that it skips because they are not in use", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`secret-${i}`, `value-number-${i}`]),
    );
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: {
        keyVault: {
          secrets: {
            ...many,
            off: { value: "value-off", enabled: false },
            old: { value: "value-old", expires: "2020-02-01T00:00:00Z" },
            early: { value: "value-early", notBefore: "2999-01-01T00:00:00Z" },
          },
        },
      },
    });
    const result = await step.run({ inputs: { secrets: "*" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(Object.keys(result.secretVariables).filter((name) => !name.startsWith("step.")).length, 60);
    assert.match(result.log, /Skipped secret 'off': it is disabled\./);
    assert.match(result.log, /Skipped secret 'old': it expired on 2020-02-01\./);
    assert.match(result.log, /Skipped secret 'early': it is not valid before 2999-01-01\./);
  });

  it("fails if a named secret does not exist, and sets none of the others", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { "pool-id": "pool-4711" } } },
    });
    const result = await step.run({ inputs: { secrets: "pool-id\nclient-secret" } });
    assert.equal(result.result, "failed");
    assert.deepEqual(result.secretVariables, {});
    assert.deepEqual(errors(result), [
      `Could not fetch secret 'client-secret': key vault ${vaultHost(step.workspace)} answered 404 SecretNotFound; check the secret's name, and its version if one is given, or add it to the vault.`,
    ]);
  });

  it("fails if a named secret is disabled", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: {
        keyVault: { secrets: { off: { value: "value-off", enabled: false } } },
      },
    });
    const result = await step.run({ inputs: { secrets: "off" } });
    assert.match(
      errors(result)[0]!,
      /answered 403 Forbidden \(SecretDisabled\); enable the secret in the vault/,
    );
  });

  it("fetches an expired secret that is named, with a warning", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: {
        keyVault: { secrets: { old: { value: "value-old", expires: "2020-02-01T00:00:00Z" } } },
      },
    });
    const result = await step.run({ inputs: { secrets: "old" } });
    assert.equal(result.secretVariables.old, "value-old");
    assert.match(result.issues[0]!.message, /Secret 'old' expired on 2020-02-01/);
  });

  it("fails and names the missing role if the vault refuses", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: {
        serviceConnections: { azure: { type: "azurerm", keyVaultPermissions: ["get"] } },
      },
    });
    const result = await step.run({ inputs: { secrets: "*" } });
    assert.match(
      errors(result)[0]!,
      /^Could not list the secrets: .* answered 403 Forbidden; give application .* the role Key Vault Secrets User/,
    );
  });

  it("fails and says that the client secret is wrong, without showing it", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets");
    const wrong = structuredClone(step.workspace.endpoints);
    wrong[0]!.authorization.parameters.serviceprincipalkey = "not-the-secret-of-this-app";
    const result = await step.run({
      inputs: { secrets: "*" },
      endpoints: wrong,
      secrets: ["not-the-secret-of-this-app"],
    });
    assert.match(
      errors(result)[0]!,
      /^Could not sign in as application .*: localhost:\d+ answered AADSTS7000215 \(the client secret is wrong\); enter the secret's value/,
    );
  });

  it("waits for the time that a throttling vault names", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { "pool-id": "pool-4711" } } },
    });
    await step.workspace.declareFault({
      match: { service: "key-vault", path: "^/secrets/" },
      when: "before",
      then: {
        status: 429,
        headers: { "retry-after": "0" },
        body: { error: { code: "Throttled", message: "later" } },
      },
    });
    const result = await step.run({ inputs: { secrets: "pool-id" } });
    assert.equal(result.secretVariables["pool-id"], "pool-4711", result.log);
  });

  it("sends no credential to a vault on a foreign host", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets");
    const result = await step.run({ inputs: { secrets: "*", keyVault: "https://vault.example.org" } });
    assert.match(errors(result)[0]!, /vault\.example\.org is not a host of the platform/);
    assert.deepEqual(step.requests(), []);
  });

  it("names both tenants if the vault belongs to another tenant than the service connection", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets");
    const { authorityUrl, tenantId } = step.workspace.emulator.ready;
    const other = "11111111-1111-4111-8111-111111111111";
    // https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses
    const challenge = `Bearer authorization="${new URL(authorityUrl).origin}/${other}", resource="https://vault.azure.net"`;
    await step.workspace.declareFault({
      match: { service: "key-vault" },
      times: 10,
      when: "before",
      then: {
        status: 401,
        headers: { "www-authenticate": challenge },
        body: {
          error: { code: "Unauthorized", message: "AKV10000: Request is missing a Bearer or PoP token." },
        },
      },
    });
    const result = await step.run({ inputs: { secrets: "pool-id" } });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      new RegExp(
        `^Could not sign in as application .*: the resource belongs to tenant ${other}, and the service connection to tenant ${tenantId}; use a service connection of tenant ${other}, or check the name of the resource\\.$`,
      ),
    );
    assert.deepEqual(step.requests(/oauth2.*token$/), []);
  });

  for (const [secrets, problem] of [
    ["pool-id=PATH", /'pool-id' would set 'PATH'/],
    ["a=X, b=x", /both 'a' and 'b' would set the variable 'x'/],
    ["*, a", /'\*' is not of the form .*; give \* alone/],
    ["pool_id", /'pool_id' is not of the form/],
    ["a=b=c", /'a=b=c' is not of the form/],
  ] as const)
    it(`refuses the input secrets '${secrets}' in one sentence`, async () => {
      await using step = await taskFixture("KeyVaultFetchSecrets");
      const result = await step.run({ inputs: { secrets } });
      assert.match(errors(result)[0]!, problem);
      assert.equal(errors(result).length, 1);
    });
});

function vaultHost(workspace: TestWorkspace): string {
  return new URL(workspace.emulator.ready.keyVaultUrl).host;
}
