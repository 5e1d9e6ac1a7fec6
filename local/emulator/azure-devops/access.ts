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

/** Who may talk to the organisation: the pipeline's own token, and one that can only read feeds. */
export class Access {
  /** `System.AccessToken` of the local pipelines. */
  readonly buildToken = token();
  /** What an administrator puts into a secret scope, so that clusters can install from a feed and no more. */
  readonly readerToken = token();
  readonly #identities: Map<string, Identity>;

  /** `permissions`: what the build service may do; everything where nothing is said. */
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

  /** The identity of a Bearer token, or of a Basic password whatever the user name; refuses with 401 where there is none. */
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

  /** Refuses with 403 whoever lacks the permission, in the words of Azure Artifacts. */
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

  /** Refuses with 403 whoever lacks a permission of the project. */
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

  /** Refuses with 403 whoever may not comment on pull requests, as Azure Repos does. */
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

/** The length of a personal access token: clients and log maskers may look at it. */
function token(): string {
  return randomBytes(39).toString("base64url");
}
