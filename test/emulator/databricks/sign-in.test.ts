import assert from "node:assert/strict";
import { connectionId } from "../../../local/emulator/azure-devops/oidc-route.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { ask } from "../ask.ts";

const databricks = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default";
const management = "https://management.core.windows.net//.default";
const resourceId = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Databricks/workspaces/weather";
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("signing in to the local Databricks workspace", () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({
      config: {
        spark: { master: "none" },
        serviceConnections: {
          insider: { type: "azurerm", scheme: "federated" },
          stranger: { type: "azurerm", inDatabricks: false },
        },
      },
    });
  });

  afterEach(() => emulator.stop());

  const clientIdOf = (connection: string) => emulator.entra.servicePrincipal(connection)!.clientId;
  const me = (token: string, headers: Record<string, string> = {}) =>
    ask(emulator, "GET", `${emulator.ready.databricksUrl}/api/2.0/preview/scim/v2/Me`, { token, headers });

  describe("with the token that Azure DevOps issues for a service connection", () => {
    const federatedToken = async (connection = "insider") => {
      const uri = emulator.azureDevOps.oidcRequestUri({ plan: "plan", job: "job" });
      const url = `${uri}?api-version=7.1&serviceConnectionId=${connectionId(connection)}`;
      const { text } = await ask(emulator, "POST", url, {
        token: emulator.azureDevOps.accessToken,
        body: "{}",
      });
      return JSON.parse(text).oidcToken as string;
    };
    const exchange = async (fields: Record<string, string>) => {
      const { status, text } = await ask(emulator, "POST", `${emulator.ready.databricksUrl}/oidc/v1/token`, {
        headers: form,
        body: String(
          new URLSearchParams({
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            scope: "all-apis",
            client_id: clientIdOf("insider"),
            ...fields,
          }),
        ),
      });
      return { status, answer: JSON.parse(text) };
    };

    it("the local Databricks workspace exchanges a token of Azure DevOps for a token of its own", async () => {
      const { status, answer } = await exchange({ subject_token: await federatedToken() });
      assert.deepEqual([status, answer.token_type], [200, "Bearer"]);
      assert.equal(JSON.parse((await me(answer.access_token)).text).userName, clientIdOf("insider"));
    });

    for (const [what, fields] of [
      ["of another service principal", async () => ({ subject_token: await federatedToken("stranger") })],
      [
        "of a service principal outside the workspace",
        async () => ({ subject_token: await federatedToken("stranger"), client_id: clientIdOf("stranger") }),
      ],
      [
        "with a wrong signature",
        async () => ({ subject_token: (await federatedToken()).replace(/[^.]+$/, "AAAA") }),
      ],
    ] as const)
      it(`the local Databricks workspace refuses a federated token ${what}`, async () => {
        const { status, answer } = await exchange(await fields());
        assert.deepEqual([status, answer.error], [400, "invalid_request"]);
      });

    it("the local Databricks workspace refuses a federated token that has expired", async () => {
      const subject_token = await federatedToken();
      await fetch(`${emulator.ready.controlUrl}/clock`, { method: "POST", body: '{"advanceSeconds": 601}' });
      assert.equal((await exchange({ subject_token })).status, 400);
    });
  });

  describe("with a token for the workspace's Azure resource", () => {
    const entraToken = async (scope: string, connection = "stranger") => {
      const { clientId, clientSecret } = emulator.entra.servicePrincipal(connection)!;
      const { authorityUrl, tenantId } = emulator.ready;
      const { text } = await ask(emulator, "POST", `${authorityUrl}/${tenantId}/oauth2/v2.0/token`, {
        headers: form,
        body: String(
          new URLSearchParams({
            grant_type: "client_credentials",
            client_id: clientId,
            client_secret: clientSecret,
            scope,
          }),
        ),
      });
      return JSON.parse(text).access_token as string;
    };
    const headers = (token: string, resource = resourceId) => ({
      "X-Databricks-Azure-SP-Management-Token": token,
      "X-Databricks-Azure-Workspace-Resource-Id": resource,
    });

    it("a token for the workspace's Azure resource makes the service principal a user of the workspace", async () => {
      const token = await entraToken(databricks);
      assert.equal((await me(token)).status, 403);
      const first = await me(token, headers(await entraToken(management)));
      assert.deepEqual([first.status, JSON.parse(first.text).userName], [200, clientIdOf("stranger")]);
      assert.equal((await me(token)).status, 200);
    });

    for (const [what, given] of [
      ["another audience", async () => headers(await entraToken(databricks))],
      ["another service principal", async () => headers(await entraToken(management, "insider"))],
      [
        "a resource that is not a workspace",
        async () => headers(await entraToken(management), "/subscriptions/s"),
      ],
    ] as const)
      it(`the local Databricks workspace refuses a management token with ${what}`, async () => {
        const { status, text } = await me(await entraToken(databricks), await given());
        assert.deepEqual([status, JSON.parse(text).message], [403, "User not authorized."]);
      });
  });
});
