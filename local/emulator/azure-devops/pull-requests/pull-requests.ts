import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../http/request.ts";
import type { Identity } from "../access.ts";
import type { PullRequestConfig } from "../config.ts";
import { refuse } from "../dialect.ts";

export type Author = Pick<Identity, "id" | "name">;

export interface Comment {
  id: number;
  parentCommentId: number;
  author: Author;
  content: string;
  commentType: string;
  publishedOn: string;
  updatedOn: string;
  isDeleted: boolean;
}

export interface Thread {
  id: number;
  /** active, fixed, wontFix, closed, byDesign, pending or unknown. */
  status: string;
  /** File and lines; null if the thread is about the whole pull request. */
  context: unknown;
  properties: JsonObject;
  comments: Comment[];
  publishedOn: string;
  updatedOn: string;
}

export interface PullRequestStatus {
  id: number;
  state: string;
  description: string;
  context: { name: string; genre: string | null };
  targetUrl: string | null;
  iterationId: number | null;
  author: Author;
  createdOn: string;
}

export interface PullRequest extends PullRequestConfig {
  repositoryId: string;
  openedOn: string;
  threads: Thread[];
  statuses: PullRequestStatus[];
}

/** The pull requests of the project's repositories. */
export class PullRequests {
  readonly #open = new Map<number, PullRequest>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(request: PullRequestConfig): PullRequest {
    const opened: PullRequest = {
      ...request,
      ...{ repositoryId: repositoryId(request.repository), openedOn: this.now(), threads: [], statuses: [] },
    };
    this.#open.set(request.id, opened);
    return opened;
  }

  /** ISO 8601, on the workspace's clock. */
  now(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  /** A pull request of any repository, or of the repository with this name or id. */
  get(id: string, repository?: string): PullRequest {
    if (repository !== undefined) this.repository(repository);
    const found = this.#open.get(Number(id));
    const isThere = repository === undefined || (found && isRepository(found, repository));
    if (found && isThere) return found;
    refuse(404, "GitPullRequestNotFoundException", "TF401180: The requested pull request was not found.");
  }

  repository(nameOrId: string): { id: string; name: string } {
    const found = [...this.#open.values()].find((request) => isRepository(request, nameOrId));
    if (found) return { id: found.repositoryId, name: found.repository };
    refuse(
      404,
      "GitRepositoryNotFoundException",
      `TF401019: The Git repository with name or identifier ${nameOrId} does not exist or you do not have permissions for the operation you are attempting.`,
    );
  }
}

/** The id of a repository: a GUID that depends on its name only. */
function repositoryId(name: string): string {
  const hex = createHash("sha256").update(`repository ${name.toLowerCase()}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

function isRepository(request: PullRequest, nameOrId: string): boolean {
  return [request.repositoryId, request.repository.toLowerCase()].includes(nameOrId.toLowerCase());
}
