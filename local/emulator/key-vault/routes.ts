import type { KeyVaultPermission } from "../entra/config.ts";
import type { Application } from "../entra/directory.ts";
import { ok, type Reply } from "../http/reply.ts";
import type { JsonObject, ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import { vaultError } from "./errors.ts";
import type { SecretFields, Secrets, SecretVersion } from "./secrets.ts";

const reference = "https://learn.microsoft.com/rest/api/keyvault/secrets";
const pageSize = 25;
/** https://learn.microsoft.com/azure/key-vault/secrets/about-secrets: 25 KB; and 15 tags. */
const largestValue = 25_600;
const mostTags = 15;
const recovery = { recoveryLevel: "Recoverable+Purgeable", recoverableDays: 90 };

type Authorize = (request: ServiceRequest, permission: KeyVaultPermission) => Promise<Application>;

/** The secrets operations, api-version 7.x. */
export function secretRoutes(url: string, secrets: Secrets, authorize: Authorize): Route[] {
  const route = (
    method: Route["method"],
    path: string,
    page: string,
    permission: KeyVaultPermission,
    handle: (request: ServiceRequest, caller: Application) => Reply,
  ): Route => ({
    method,
    path,
    source: `${reference}/${page}`,
    handle: async (request) => {
      checkApiVersion(request);
      return handle(request, await authorize(request, permission));
    },
  });
  const get = (secret: SecretVersion): Reply => {
    if (secret.enabled) return ok(bundle(url, secret));
    const message = "Operation get is not allowed on a disabled secret.";
    throw vaultError(403, "Forbidden", message, { inner: "SecretDisabled" });
  };
  const update = (request: ServiceRequest, secret: SecretVersion): Reply => {
    const updated = secrets.update(secret, attributesOf(request.json()));
    return ok(bundle(url, updated, { withValue: false }));
  };
  const deletedItem = ({ secret, deletedOn }: { secret: SecretVersion; deletedOn: number }) => ({
    recoveryId: `${url}/deletedsecrets/${secret.name}`,
    deletedDate: deletedOn,
    scheduledPurgeDate: deletedOn + recovery.recoverableDays * 24 * 3600,
  });
  const deletedBundle = (entry: { secret: SecretVersion; deletedOn: number }) => ({
    ...bundle(url, entry.secret, { withValue: false }),
    ...deletedItem(entry),
  });
  const deleted = (name: string) => {
    const found = secrets.deleted(name);
    if (found) return found;
    throw vaultError(404, "SecretNotFound", `Deleted Secret not found: ${name}`);
  };
  return [
    route("GET", "/secrets", "get-secrets/get-secrets", "list", (request) =>
      page(
        request,
        `${url}/secrets`,
        secrets.all().map((secret) => item(url, secret, { withVersion: false })),
      ),
    ),
    route("GET", "/secrets/{name}/versions", "get-secret-versions/get-secret-versions", "list", (request) => {
      const name = request.parameter("name");
      const items = secrets.versions(name).map((secret) => item(url, secret, { withVersion: true }));
      return page(request, `${url}/secrets/${name}/versions`, items);
    }),
    route("GET", "/secrets/{name}", "get-secret/get-secret", "get", (request) =>
      get(secrets.latest(request.parameter("name"))),
    ),
    route("GET", "/secrets/{name}/{version}", "get-secret/get-secret", "get", (request) =>
      get(secrets.version(request.parameter("name"), request.parameter("version"))),
    ),
    route("PUT", "/secrets/{name}", "set-secret/set-secret", "set", (request, caller) => {
      const name = checkedName(request.parameter("name"));
      const body = request.json();
      if (typeof body.value !== "string")
        throw vaultError(400, "BadParameter", "The parameter value is required.");
      if (Buffer.byteLength(body.value) > largestValue)
        throw vaultError(400, "BadParameter", `The secret value is longer than ${largestValue} bytes.`);
      return ok(
        bundle(
          url,
          secrets.set(name, { value: body.value, creator: caller.displayName, ...attributesOf(body) }),
        ),
      );
    }),
    route("PATCH", "/secrets/{name}/{version}", "update-secret/update-secret", "set", (request) =>
      update(request, secrets.version(request.parameter("name"), request.parameter("version"))),
    ),
    // Clients send an empty version for the latest one: https://learn.microsoft.com/python/api/azure-keyvault-secrets
    route("PATCH", "/secrets/{name}", "update-secret/update-secret", "set", (request) =>
      update(request, secrets.latest(request.parameter("name"))),
    ),
    route("POST", "/secrets/{name}/backup", "backup-secret/backup-secret", "backup", (request) =>
      ok({ value: secrets.backUp(request.parameter("name")) }),
    ),
    route("POST", "/secrets/restore", "restore-secret/restore-secret", "restore", (request) => {
      const restored = secrets.restore(String(request.json().value));
      return ok(bundle(url, restored, { withValue: false }));
    }),
    route("GET", "/deletedsecrets", "get-deleted-secrets/get-deleted-secrets", "list", (request) =>
      page(
        request,
        `${url}/deletedsecrets`,
        secrets.allDeleted().map((entry) => ({
          ...item(url, entry.secret, { withVersion: false }),
          ...deletedItem(entry),
        })),
      ),
    ),
    route(
      "POST",
      "/deletedsecrets/{name}/recover",
      "recover-deleted-secret/recover-deleted-secret",
      "recover",
      (request) => {
        const { name } = deleted(request.parameter("name")).secret;
        return ok(bundle(url, secrets.recover(name) as SecretVersion, { withValue: false }));
      },
    ),
    route("DELETE", "/secrets/{name}", "delete-secret/delete-secret", "delete", (request) =>
      ok(deletedBundle(secrets.delete(request.parameter("name")))),
    ),
    route("GET", "/deletedsecrets/{name}", "get-deleted-secret/get-deleted-secret", "get", (request) =>
      ok(deletedBundle(deleted(request.parameter("name")))),
    ),
    route(
      "DELETE",
      "/deletedsecrets/{name}",
      "purge-deleted-secret/purge-deleted-secret",
      "purge",
      (request) => {
        secrets.purge(deleted(request.parameter("name")).secret.name);
        return { status: 204 };
      },
    ),
  ];
}

function checkApiVersion(request: ServiceRequest): void {
  const version = request.query.get("api-version");
  if (!version) throw vaultError(400, "BadParameter", "api-version must be specified");
  if (/^(7\.[0-6]|20\d\d-\d\d-\d\d)(-preview.*)?$/.test(version)) return;
  throw vaultError(
    400,
    "BadParameter",
    `The specified version (${version}) is not recognized. Consider using the latest supported version.`,
  );
}

function checkedName(name: string): string {
  if (/^[0-9a-zA-Z-]{1,127}$/.test(name)) return name;
  throw vaultError(400, "BadParameter", `The request URI contains an invalid name: ${name}`);
}

function attributesOf(body: JsonObject): Omit<SecretFields, "value"> {
  const attributes = (body.attributes ?? {}) as { enabled?: boolean; exp?: number; nbf?: number };
  const fields: Omit<SecretFields, "value"> = {};
  if (typeof body.contentType === "string") fields.contentType = body.contentType;
  if (body.tags !== null && typeof body.tags === "object") fields.tags = body.tags as Record<string, string>;
  if (Object.keys(fields.tags ?? {}).length > mostTags)
    throw vaultError(400, "BadParameter", `A secret has at most ${mostTags} tags.`);
  if (attributes.enabled !== undefined) fields.enabled = attributes.enabled;
  if (attributes.exp !== undefined) fields.expires = attributes.exp;
  if (attributes.nbf !== undefined) fields.notBefore = attributes.nbf;
  return fields;
}

/** One page of at most `maxresults` items; the `$skiptoken` of the next page is its offset. */
function page(request: ServiceRequest, address: string, items: object[]): Reply {
  const maxResults = request.query.get("maxresults");
  const size = maxResults === null ? pageSize : Number(maxResults);
  if (!Number.isInteger(size) || size < 1 || size > pageSize) {
    throw vaultError(400, "BadParameter", `The parameter maxresults must be between 1 and ${pageSize}.`);
  }
  const offset = Number(Buffer.from(request.query.get("$skiptoken") ?? "", "base64url").toString() || 0);
  const query = new URLSearchParams({
    "api-version": request.query.get("api-version") ?? "",
    $skiptoken: Buffer.from(String(offset + size)).toString("base64url"),
    maxresults: String(size),
  });
  const isLast = offset + size >= items.length;
  return ok({ value: items.slice(offset, offset + size), nextLink: isLast ? null : `${address}?${query}` });
}

function attributes(secret: SecretVersion): object {
  return {
    enabled: secret.enabled,
    ...(secret.notBefore === undefined ? {} : { nbf: secret.notBefore }),
    ...(secret.expires === undefined ? {} : { exp: secret.expires }),
    created: secret.created,
    updated: secret.updated,
    ...recovery,
  };
}

function item(url: string, secret: SecretVersion, options: { withVersion: boolean }): object {
  return {
    id: `${url}/secrets/${secret.name}${options.withVersion ? `/${secret.version}` : ""}`,
    ...(secret.contentType === undefined ? {} : { contentType: secret.contentType }),
    attributes: attributes(secret),
    tags: secret.tags,
  };
}

function bundle(url: string, secret: SecretVersion, options = { withValue: true }): object {
  return {
    ...(options.withValue ? { value: secret.value } : {}),
    ...item(url, secret, { withVersion: true }),
  };
}
