import type { SecretScopes } from "../secrets.ts";

/** A `{{secrets/scope/key}}` whose secret does not exist. The message is the service's, which does not name the secret. */
export class UnresolvedSecret extends Error {}

/**
 * Replaces `{{secrets/scope/key}}`, which must be the whole value, by the secret. Only what runs on the cluster gets the result.
 * @param settings what the values are, in the service's words
 * Source: https://learn.microsoft.com/azure/databricks/security/secrets/secrets-spark-conf-env-var
 */
export function resolveSecrets(
  values: Record<string, string>,
  scopes: SecretScopes,
  settings: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const reference = /^\{\{secrets\/([^/]+)\/([^/}]+)\}\}$/.exec(value.trim());
      if (!reference) return [name, value];
      const [, scope = "", key = ""] = reference;
      const secret = scopes.value(scope, key);
      if (secret !== undefined) return [name, secret];
      throw new UnresolvedSecret(`Failed to fetch secrets referred to in ${settings}`);
    }),
  );
}
