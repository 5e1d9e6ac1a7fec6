import type { Application } from "../entra/directory.ts";
import { entra } from "../entra/index.ts";
import { defineService, type Service, type ServiceContext } from "../service.ts";
import { authorize } from "./authentication.ts";
import type { KeyVaultConfig } from "./config.ts";
import { keyVaultFields } from "./config-schema.ts";
import { keyVaultDialect } from "./dialect.ts";
import { secretRoutes } from "./routes.ts";
import { Secrets } from "./secrets.ts";

export interface KeyVault extends Service<"keyVaultSecrets"> {
  readonly url: string;
  /** The value of a secret as a reader gets it by the REST API. Throws with what the vault says. */
  read(name: string, reader: Application): string;
}

/** One key vault, filled from the workspace's config. */
export const keyVault = defineService({
  name: "key-vault",
  title: "Key Vault",
  portOffset: 2,
  configFields: keyVaultFields,
  ledgerKinds: ["keyVaultSecrets"],
  addresses: (origin) => ({ keyVaultUrl: origin }),
  async start(context: ServiceContext<KeyVaultConfig>): Promise<KeyVault> {
    const { workspace, origin } = context;
    const config = context.config.keyVault ?? {};
    const { directory } = context.service(entra);
    const secrets = new Secrets(workspace, config);
    return {
      ...(config.requestsPerSecond ? { requestsPerSecond: config.requestsPerSecond } : {}),
      routes: secretRoutes(origin, secrets, (request, permission) =>
        authorize(request, permission, workspace, directory),
      ),
      dialect: keyVaultDialect,
      ready: {},
      url: origin,
      read: (name, reader) => readSecret(secrets, name, reader),
      environment: { KEY_VAULT_URL: origin },
      ledger: () => ({
        keyVaultSecrets: secrets
          .all()
          .filter((secret) => secret.creator !== undefined)
          .map((secret) => ({
            id: secret.version,
            name: secret.name,
            tags: secret.tags,
            creator: secret.creator as string,
            ageSeconds: workspace.clock.now() / 1000 - secret.created,
          })),
      }),
    };
  },
});

function readSecret(secrets: Secrets, name: string, reader: Application): string {
  if (!reader.keyVaultPermissions.includes("get"))
    throw new Error(`${reader.displayName} does not have secrets get permission on the key vault.`);
  if (!secrets.names().some((known) => known.toLowerCase() === name.toLowerCase()))
    throw new Error(`A secret with (name/id) ${name} was not found in this key vault.`);
  const secret = secrets.latest(name);
  if (!secret.enabled) throw new Error(`The secret ${name} is disabled.`);
  return secret.value;
}
