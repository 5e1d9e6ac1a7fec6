import type { Directory } from "../entra/directory.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import { decodeToken, type TokenIssuer } from "../token-issuer.ts";
import { credentialError } from "./errors.ts";
import type { PersonalTokens } from "./personal-tokens.ts";
import type { Principal, Principals } from "./principal.ts";

const databricksAudience = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
const managementAudience = "https://management.core.windows.net/";

/**
 * Finds the caller by their token: a personal access token, an Entra token for Databricks, or a token that the workspace's own OAuth issued.
 * Sources: https://learn.microsoft.com/azure/databricks/dev-tools/auth/ and, for the two management headers,
 * https://learn.microsoft.com/azure/databricks/dev-tools/service-prin-aad-token
 */
export class Authentication {
  readonly #workspace: LocalWorkspace;
  readonly #directory: Directory;
  readonly #principals: Principals;
  readonly #tokens: PersonalTokens;
  readonly #oauth: TokenIssuer;

  constructor(parts: {
    workspace: LocalWorkspace;
    directory: Directory;
    principals: Principals;
    tokens: PersonalTokens;
    oauth: TokenIssuer;
  }) {
    this.#workspace = parts.workspace;
    this.#directory = parts.directory;
    this.#principals = parts.principals;
    this.#tokens = parts.tokens;
    this.#oauth = parts.oauth;
  }

  async callerOf(request: ServiceRequest): Promise<Principal> {
    const caller = await this.#bearer(request);
    // Its tokens outlive it, but admit no one.
    if (!caller.active || this.#principals.find(caller.userName) !== caller) return refuseStranger();
    return caller;
  }

  async #bearer(request: ServiceRequest): Promise<Principal> {
    const token = request.bearerToken ?? request.basicCredentials?.password;
    if (!token) {
      throw credentialError(401, "Credential was not sent or was of an unsupported type for this API.");
    }
    if (!decodeToken(token)) return this.#tokens.ownerOf(token);
    const own = await this.#oauth.verify(token);
    if (own) {
      this.#checkTimes(own.exp);
      return this.#principals.find(String(own.sub)) ?? refuseStranger();
    }
    return this.#entraCaller(token, request);
  }

  async #entraCaller(token: string, request: ServiceRequest): Promise<Principal> {
    const claims = await this.#directory.issuer.verify(token);
    if (!claims) throw credentialError(403, "Invalid access token.");
    this.#checkTimes(claims.exp);
    if (claims.aud !== databricksAudience) {
      throw credentialError(401, `Expected token audience ${databricksAudience}, but got ${claims.aud}.`);
    }
    const clientId = String(claims.appid);
    return (
      this.#principals.find(clientId) ??
      (await this.#addByManagementToken(clientId, request)) ??
      refuseStranger()
    );
  }

  /** A service principal that may manage the workspace's Azure resource becomes a user of the workspace by its first request. */
  async #addByManagementToken(clientId: string, request: ServiceRequest): Promise<Principal | undefined> {
    const token = request.header("X-Databricks-Azure-SP-Management-Token");
    const resourceId = request.header("X-Databricks-Azure-Workspace-Resource-Id");
    if (!token || !resourceId || !/\/providers\/Microsoft\.Databricks\/workspaces\/[^/]+$/i.test(resourceId))
      return undefined;
    const claims = await this.#directory.issuer.verify(token);
    if (!claims || claims.aud !== managementAudience || claims.appid !== clientId) return undefined;
    this.#checkTimes(claims.exp);
    const application = this.#directory.byClientId(clientId);
    return application && this.#principals.add("service-principal", clientId, application.displayName);
  }

  #checkTimes(expiresSeconds: number | undefined): void {
    if ((expiresSeconds ?? 0) * 1000 >= this.#workspace.clock.now()) return;
    throw credentialError(403, "Token is expired.");
  }
}

function refuseStranger(): never {
  throw credentialError(403, "User not authorized."); // unconfirmed wording
}
