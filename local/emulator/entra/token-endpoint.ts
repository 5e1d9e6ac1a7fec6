import { timingSafeEqual } from "node:crypto";
import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import { appToken, lifetimeSeconds } from "./app-token.ts";
import { checkClientAssertion } from "./client-assertion.ts";
import type { Application, Directory } from "./directory.ts";
import { aadError } from "./errors.ts";
import { audienceOf } from "./resources.ts";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * The client credentials grant, with a secret or a client assertion.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function issueToken(
  request: ServiceRequest,
  workspace: LocalWorkspace,
  directory: Directory,
  version: "v1" | "v2",
): Promise<Reply> {
  const { clock } = workspace;
  const form = request.form();
  checkTenant(request.parameter("tenant"), directory, workspace);
  const grant = form.get("grant_type");
  if (!grant) {
    const message = "The request body must contain the following parameter: 'grant_type'.";
    throw aadError(clock, 400, "invalid_request", 900144, message);
  }
  if (grant !== "client_credentials") {
    const message = `The app requested an unsupported grant type '${grant}'.`;
    throw aadError(clock, 400, "unsupported_grant_type", 70003, message);
  }
  const application = await authenticate(form, workspace, directory);
  const audience = version === "v2" ? audienceOfScope(form, workspace) : audienceOfResource(form, workspace);
  const now = Math.floor(clock.now() / 1000);
  const token = await appToken(directory, application, audience, clock);
  if (version === "v2") {
    return ok({
      token_type: "Bearer",
      expires_in: lifetimeSeconds,
      ext_expires_in: lifetimeSeconds,
      access_token: token,
    });
  }
  return ok({
    token_type: "Bearer",
    expires_in: String(lifetimeSeconds),
    ext_expires_in: String(lifetimeSeconds),
    expires_on: String(now + lifetimeSeconds),
    not_before: String(now),
    resource: audience,
    access_token: token,
  });
}

/** Refuses any tenant but the local one. */
export function checkTenant(tenant: string, directory: Directory, { clock }: LocalWorkspace): void {
  if (tenant.toLowerCase() === directory.tenantId) return;
  const message =
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. ` +
    "Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.";
  throw aadError(clock, 400, "invalid_request", 90002, message);
}

async function authenticate(
  form: URLSearchParams,
  { clock }: LocalWorkspace,
  directory: Directory,
): Promise<Application> {
  const clientId = form.get("client_id");
  if (!clientId) {
    const message = "The request body must contain the following parameter: 'client_id'.";
    throw aadError(clock, 400, "invalid_request", 900144, message);
  }
  const application = directory.byClientId(clientId);
  if (!application) {
    const message =
      `Application with identifier '${clientId}' was not found in the directory '${directory.tenantId}'. This can happen if the ` +
      "application has not been installed by the administrator of the tenant or consented to by any user in the tenant. " +
      "You may have sent your authentication request to the wrong tenant.";
    throw aadError(clock, 400, "unauthorized_client", 700016, message);
  }
  const assertion = form.get("client_assertion");
  const secret = form.get("client_secret");
  if (assertion && form.get("client_assertion_type") === assertionType) {
    await checkClientAssertion(assertion, application, directory, clock);
  } else if (!secret) {
    const message =
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    throw aadError(clock, 401, "invalid_client", 7000218, message);
  } else if (!isSame(secret, application.clientSecret)) {
    const message =
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the " +
      `client secret ID, for a secret added to app '${clientId}'.`;
    throw aadError(clock, 401, "invalid_client", 7000215, message);
  }
  return application;
}

function audienceOfScope(form: URLSearchParams, { clock }: LocalWorkspace): string {
  const scope = form.get("scope");
  if (!scope) {
    const message = "The request body must contain the following parameter: 'scope'.";
    throw aadError(clock, 400, "invalid_request", 900144, message);
  }
  // MSAL adds openid, profile and offline_access to the scope of the resource.
  const scopes = scope
    .split(" ")
    .filter((item) => item && !["openid", "profile", "offline_access"].includes(item));
  const [only = ""] = scopes;
  if (scopes.length !== 1 || !only.endsWith("/.default")) {
    const message =
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default ` +
      "suffixed to the resource identifier (application ID URI).";
    throw aadError(clock, 400, "invalid_scope", 1002012, message);
  }
  return requiredAudience(only.slice(0, -"/.default".length), clock);
}

function audienceOfResource(form: URLSearchParams, { clock }: LocalWorkspace): string {
  const resource = form.get("resource");
  if (!resource) {
    const message = "The request body must contain the following parameter: 'resource'.";
    throw aadError(clock, 400, "invalid_request", 900144, message);
  }
  return requiredAudience(resource, clock);
}

function requiredAudience(resource: string, clock: LocalWorkspace["clock"]): string {
  const audience = audienceOf(resource);
  if (audience) return audience;
  const message =
    `The resource principal named ${resource} was not found in the tenant. This can happen if the application has not been ` +
    "installed by the administrator of the tenant or consented to by any user in the tenant.";
  throw aadError(clock, 400, "invalid_resource", 500011, message);
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
