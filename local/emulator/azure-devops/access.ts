import { randomBytes, randomUUID } from "node:crypto";
import { Refusal } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { DevopsPermission, DevopsPermissions } from "./config.ts";
import { exception, refuse } from "./dialect.ts";
import { identityRef } from "./identity.ts";
import { organisationName, organisationOf } from "./organisation.ts";

export interface Identity {
  id: string;
  /** The organisation that knows it, in lower case. */
  organisation: string;
  name: string;
  permissions: ReadonlySet<DevopsPermission>;
  /** Whether its token is a personal access token, which is a password and not a bearer token. */
  isPersonal?: boolean;
}

const all: readonly DevopsPermission[] = [
  "readPackages",
  "addPackage",
  "updatePackage",
  "deletePackage",
  "administerFeed",
  "useServiceConnection",
  "contributeToPullRequests",
  "updateBuildInformation",
  "createTestRuns",
];

/** The tokens of the organisations: the pipeline's, one that can only read feeds, and those of service connections to other organisations. */
export class Access {
  /** `System.AccessToken` of the local pipelines. */
  readonly buildToken = token();
  /** The token that an administrator puts into a secret scope, so that clusters can install from a feed and do nothing else. */
  readonly readerToken = token();
  readonly #identities: Map<string, Identity>;

  /** `permissions` are those of the build service; by default it has all. */
  constructor(permissions: DevopsPermissions = {}) {
    const allowed = new Set(all.filter((permission) => permissions[permission] !== false));
    const organisation = organisationName;
    const build = {
      id: randomUUID(),
      organisation,
      name: "Project Collection Build Service (local)",
      permissions: allowed,
    };
    const reader = {
      id: randomUUID(),
      organisation,
      name: "Feed reader",
      permissions: new Set<DevopsPermission>(["readPackages"]),
    };
    this.#identities = new Map([
      [this.buildToken, build],
      [this.readerToken, reader],
    ]);
  }

  /** Makes a token for the feeds of another organisation, as somebody of that organisation gives it to a service connection. */
  createFeedToken(organisation: string): string {
    const created = token();
    this.#identities.set(created, {
      id: randomUUID(),
      organisation: organisation.toLowerCase(),
      name: `Feed publisher (${organisation})`,
      isPersonal: true,
      permissions: new Set<DevopsPermission>(["readPackages", "addPackage", "updatePackage"]),
    });
    return created;
  }

  /** A token of a person, who can read the project and answer the approvals that wait for them. */
  tokenOf(name: string): string {
    const person = {
      id: identityRef(name).id,
      organisation: organisationName,
      name,
      permissions: new Set<DevopsPermission>(["readPackages"]),
    };
    const issued = token();
    this.#identities.set(issued, person);
    return issued;
  }

  /**
   * The identity of a Bearer token, or of a Basic password with any user name. Refuses an unknown token with 401, and so one of another
   * organisation.
   */
  identify(request: ServiceRequest): Identity {
    const given = request.bearerToken ?? request.basicCredentials?.password;
    const identity = given === undefined ? undefined : this.#identities.get(given);
    // https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate
    const isSentRight = !identity?.isPersonal || request.bearerToken === undefined;
    if (identity?.organisation === organisationOf(request) && isSentRight) return identity;
    throw new Refusal({
      ...exception(
        401,
        "UnauthorizedRequestException",
        "TF400813: The user '' is not authorized to access this resource.",
      ),
      headers: { "WWW-Authenticate": ["Bearer", `Basic realm="${request.url.origin}/"`] },
    });
  }

  /** Refuses an identity without the permission with 403, in the words of Azure Artifacts. */
  require(request: ServiceRequest, permission: DevopsPermission): Identity {
    const identity = this.identify(request);
    if (!identity.permissions.has(permission)) {
      const named = permission.charAt(0).toUpperCase() + permission.slice(1);
      refuse(
        403,
        "FeedNeedsPermissionsException",
        `User '${identity.id}' lacks permission to complete this action. You need to have '${named}'.`,
      );
    }
    return identity;
  }

  /** Refuses an identity without a permission of the project with 403. */
  requireOfProject(request: ServiceRequest, permission: "updateBuildInformation" | "createTestRuns"): void {
    const identity = this.identify(request);
    if (identity.permissions.has(permission)) return;
    const named = { updateBuildInformation: "Update build information", createTestRuns: "Create test runs" };
    refuse(
      403,
      "AccessDeniedException",
      `Access denied. ${identity.name} needs ${named[permission]} permissions to perform the action.`,
    );
  }

  /** Refuses an identity that may not comment on pull requests with 403, as Azure Repos does. */
  requireContribution(request: ServiceRequest): Identity {
    const identity = this.identify(request);
    if (!identity.permissions.has("contributeToPullRequests")) {
      refuse(
        403,
        "GitNeedsPermissionException",
        `TF401027: You need the Git 'PullRequestContribute' permission to perform this action. Details: identity 'Build\\${identity.id}', scope 'repository'.`,
      );
    }
    return identity;
  }
}

/** A token as long as a personal access token: clients and log maskers may check the length. */
function token(): string {
  return randomBytes(39).toString("base64url");
}
