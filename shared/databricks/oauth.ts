import { HttpClient } from "../http/client.ts";
import type { Dialect } from "../http/dialect.ts";
import { RequestError } from "../http/errors.ts";
import type { HostPolicy } from "../http/hosts.ts";
import type { ClientHost } from "../task/host.ts";
import { databricksDialect } from "./dialect.ts";

const renewBeforeEndMs = 60_000;

/** The same errors as the workspace's own API, but they concern another credential. */
const signInDialect: Dialect = {
  ...databricksDialect,
  advise: ({ kind }) =>
    kind === "unauthorized"
      ? "check the client id and secret in the service connection: the secret must be an OAuth secret made in Databricks, not one of Microsoft Entra, and not expired"
      : undefined,
};

/**
 * The Authorization header of a service principal with an OAuth secret of the workspace's own (machine-to-machine): a token of
 * `{workspace}/oidc/v1/token`, fetched when first needed and again a minute before it ends.
 */
export function oauthAuthorization(
  host: ClientHost,
  credential: { url: string; clientId: string; clientSecret: string; hosts: HostPolicy },
): () => Promise<string> {
  host.secrets.add(credential.clientSecret);
  const basic = Buffer.from(`${credential.clientId}:${credential.clientSecret}`).toString("base64");
  host.secrets.add(basic);
  const http = new HttpClient({
    baseUrl: credential.url,
    hosts: credential.hosts,
    dialect: signInDialect,
    authorization: async () => `Basic ${basic}`,
    network: host.network,
    log: host.log,
  });
  let current: { header: Promise<string>; endsAtMs: number } | undefined;

  const fetchToken = async (): Promise<string> => {
    const answer = await http
      .json<{ access_token: string; expires_in: number }>({
        method: "POST",
        path: "/oidc/v1/token",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: Buffer.from("grant_type=client_credentials&scope=all-apis"),
        attempted: `sign in to Databricks as service principal ${credential.clientId}`,
        repeatable: true,
        answer: { access_token: "string", expires_in: "number" },
      })
      .catch((error: unknown) => {
        throw error instanceof RequestError && error.kind === "unauthorized"
          ? new SignInRefused(error)
          : error;
      });
    host.secrets.add(answer.access_token);
    if (current) current.endsAtMs = Date.now() + answer.expires_in * 1000 - renewBeforeEndMs;
    return `Bearer ${answer.access_token}`;
  };

  return () => {
    if (!current || Date.now() >= current.endsAtMs)
      current = { header: fetchToken(), endsAtMs: Number.POSITIVE_INFINITY };
    current.header.catch(() => {
      current = undefined;
    });
    return current.header;
  };
}

/** Not a RequestError: the request that needed the token was never sent, and the advice for that one would mislead. */
class SignInRefused extends Error {
  override name = "SignInRefused";
  constructor(cause: RequestError) {
    super(cause.message, { cause });
  }
}
