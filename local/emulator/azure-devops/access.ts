import { randomBytes, randomUUID } from "node:crypto";
import { Refusal } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import { exception, refuse } from "./dialect.ts";

/**
 * What an identity may do: with a feed (https://learn.microsoft.com/azure/devops/artifacts/feeds/feed-permissions), and with
 * the service connections of the project.
 */
export type Permission = "ReadPackages" | "AddPackage" | "AdministerFeed" | "UseServiceConnection";

export interface Identity {
  id: string;
  name: string;
  permissions: readonly Permission[];
}

/** Who may talk to the organisation: the pipeline's own token, and one that can only read feeds. */
export class Access {
  /** `System.AccessToken` of the local pipelines. */
  readonly buildToken = token();
  /** What an administrator puts into a secret scope, so that clusters can install from a feed and no more. */
  readonly readerToken = token();
  readonly #identities = new Map<string, Identity>([
    [
      this.buildToken,
      {
        id: randomUUID(),
        name: "Project Collection Build Service (local)",
        permissions: ["ReadPackages", "AddPackage", "AdministerFeed", "UseServiceConnection"],
      },
    ],
    [this.readerToken, { id: randomUUID(), name: "Feed reader", permissions: ["ReadPackages"] }],
  ]);

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

  require(request: ServiceRequest, permission: Permission): Identity {
    const identity = this.identify(request);
    if (!identity.permissions.includes(permission)) {
      refuse(
        403,
        "FeedNeedsPermissionsException",
        `User '${identity.id}' lacks permission to complete this action. You need to have '${permission}'.`,
      );
    }
    return identity;
  }
}

/** The length of a personal access token: clients and log maskers may look at it. */
function token(): string {
  return randomBytes(39).toString("base64url");
}
