import { randomBytes, randomUUID } from "node:crypto";
import { Refusal } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { DevopsPermission, DevopsPermissions } from "./config.ts";
import { exception, refuse } from "./dialect.ts";

export interface Identity {
  id: string;
  name: string;
  permissions: ReadonlySet<DevopsPermission>;
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

/** The tokens of the organisation: the pipeline's, and one that can only read feeds. */
export class Access {
  /** `System.AccessToken` of the local pipelines. */
  readonly buildToken = token();
  /** The token that an administrator puts into a secret scope, so that clusters can install from a feed and do nothing else. */
  readonly readerToken = token();
  readonly #identities: Map<string, Identity>;

  /** `permissions` are those of the build service; by default it has all. */
  constructor(permissions: DevopsPermissions = {}) {
    const allowed = new Set(all.filter((permission) => permissions[permission] !== false));
    const build = {
      id: randomUUID(),
      name: "Project Collection Build Service (local)",
      permissions: allowed,
    };
    const reader = {
      id: randomUUID(),
      name: "Feed reader",
      permissions: new Set<DevopsPermission>(["readPackages"]),
    };
    this.#identities = new Map([
      [this.buildToken, build],
      [this.readerToken, reader],
    ]);
  }

  /** The identity of a Bearer token, or of a Basic password with any user name. Refuses an unknown token with 401. */
  identify(request: ServiceRequest): Identity {
    const given = request.bearerToken ?? request.basicCredentials?.password;
    const identity = given === undefined ? undefined : this.#identities.get(given);
    if (identity) return identity;
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
