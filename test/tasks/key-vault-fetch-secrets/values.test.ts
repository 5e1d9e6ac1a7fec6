import assert from "node:assert/strict";
import { ask, entraToken } from "../../harness/databricks-api.ts";
import { errors } from "../../harness/run-task.ts";
import { taskFixture } from "../../harness/task-fixture.ts";

const pem = [
  "-----BEGIN PRIVATE KEY-----",
  "MIIEvQIBADANBgkqhkiG9w0BAQ",
  "-----END PRIVATE KEY-----",
  "",
].join("\n");

describe("KeyVaultFetchSecrets and the values of secrets", () => {
  it("sets a secret of several lines as it is and base64 encoded, and masks each of its lines", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { key: pem } } },
    });
    const result = await step.run({ inputs: { secrets: "key=SigningKey" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(result.issues, []);
    assert.equal(result.secretVariables.SigningKey, pem);
    assert.equal(Buffer.from(result.secretVariables["SigningKey.base64"]!, "base64").toString(), pem);
    const masked = result.commands
      .filter((command) => command.event === "setsecret")
      .map((command) => command.data);
    for (const line of pem.trim().split("\n")) assert(masked.includes(line), `${line} is not masked`);
    assert.match(
      result.log,
      /^\$\(SigningKey\) is set to secret 'key', which has 3 lines: the log masks each of 6 or more characters, and shows shorter ones\.$/m,
    );
  });

  for (const [before, after] of [
    [undefined, "false"],
    ["true", "true"],
  ] as const)
    it(`allows secrets of several lines only for its own commands, in a job that ${before ? "allows" : "refuses"} them`, async () => {
      await using step = await taskFixture("KeyVaultFetchSecrets", {
        workspace: { keyVault: { secrets: { key: pem } } },
      });
      const unsafe = "SYSTEM_UNSAFEALLOWMULTILINESECRET";
      const result = await step.run({
        inputs: { secrets: "key" },
        variables: before ? { [unsafe]: before } : {},
      });
      assert.equal(result.variables[unsafe], after);
      const allowed: string[] = [];
      for (const { properties, data } of result.commands)
        if (properties.variable !== undefined) allowed.push(`${properties.variable} ${data.slice(0, 5)}`);
      const values = [pem, Buffer.from(pem).toString("base64")].map((value) => value.slice(0, 5));
      assert.deepEqual(allowed, [
        `${unsafe} true`,
        `key ${values[0]}`,
        `${unsafe} ${after}`,
        `key.base64 ${values[1]}`,
      ]);
    });

  it("sets JSON of several lines in one line, with every part as it is in the vault", async () => {
    const json = '{\n  "key id": "a \\" b",\r\n  "serial": 12345678901234567890,\n\t"scopes": [ "x y" ]\n}\n';
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { account: json, list: "[\n1\n]", text: '"\n' } } },
    });
    const result = await step.run({ inputs: { secrets: "*" } });
    assert.equal(result.result, "succeeded", result.log);
    const { account, list, text } = result.secretVariables;
    assert.equal(account, '{"key id":"a \\" b","serial":12345678901234567890,"scopes":["x y"]}');
    assert.deepEqual([list, text], ["[1]", '"\n']);
    assert.equal(Buffer.from(result.secretVariables["account.base64"]!, "base64").toString(), json);
    assert.match(result.log, /^\$\(account\) is set to secret 'account', whose JSON of 5 lines becomes one/m);
  });

  it("fetches the version of a secret that the input names, and its newest one otherwise", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: {
        serviceConnections: { azure: { type: "azurerm", keyVaultPermissions: ["get", "set"] } },
      },
    });
    const token = await entraToken(step.workspace, "https://vault.azure.net");
    const set = async (value: string) => {
      const url = `${step.workspace.emulator.ready.keyVaultUrl}/secrets/api-key?api-version=7.5`;
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const body = JSON.stringify({ value });
      const { id } = await ask<{ id: string }>(step.workspace, url, { method: "PUT", headers, body });
      return id.split("/").at(-1)!;
    };
    const [old] = [await set("value-of-old"), await set("value-of-new")];
    const result = await step.run({ inputs: { secrets: `api-key/${old}\napi-key=New, api-key/${old}=Old` } });
    assert.deepEqual(
      result.secretVariables,
      { "api-key": "value-of-old", New: "value-of-new", Old: "value-of-old" },
      result.log,
    );
    assert.match(result.log, new RegExp(`^\\$\\(Old\\) is set to secret 'api-key/${old}'\\.$`, "m"));
    const absent = "0".repeat(32);
    const failed = await step.run({ inputs: { secrets: `api-key/${absent}` } });
    assert.equal(
      errors(failed)[0],
      `Could not fetch secret 'api-key' in version ${absent}: key vault ${new URL(step.workspace.emulator.ready.keyVaultUrl).host} answered 404 SecretNotFound; check the secret's name, and its version if one is given, or add it to the vault.`,
    );
  });
});
