import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../http/request.ts";
import type { Identity } from "../access.ts";
import type { PullRequestConfig } from "../config.ts";
import { refuse } from "../dialect.ts";
import { guidOf } from "../guid.ts";

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
  readonly #otherRepositories: () => readonly string[];

  /** `otherRepositories` returns the names of repositories that may have no pull request. */
  constructor(clock: Clock, otherRepositories: () => readonly string[] = () => []) {
    this.#clock = clock;
    this.#otherRepositories = otherRepositories;
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

  /** All, or those of the repository with this name or id; the newest first. */
  list(repository?: string): PullRequest[] {
    const wanted = repository === undefined ? undefined : this.repository(repository);
    const found = [...this.#open.values()].filter((each) => !wanted || each.repositoryId === wanted.id);
    return found.sort((left, right) => right.id - left.id);
  }

  repositories(): { id: string; name: string }[] {
    const names = [
      ...[...this.#open.values()].map(({ repository }) => repository),
      ...this.#otherRepositories(),
    ];
    const byId = new Map(names.reverse().map((name) => [repositoryId(name), name]));
    return [...byId]
      .map(([id, name]) => ({ id, name }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  repository(nameOrId: string): { id: string; name: string } {
    const wanted = nameOrId.toLowerCase();
    const found = this.repositories().find(({ id, name }) => [id, name.toLowerCase()].includes(wanted));
    if (found) return found;
    refuse(
      404,
      "GitRepositoryNotFoundException",
      `TF401019: The Git repository with name or identifier ${nameOrId} does not exist or you do not have permissions for the operation you are attempting.`,
    );
  }
}

/** The id of a repository: a GUID that depends on its name only. */
export function repositoryId(name: string): string {
  return guidOf(`repository ${name.toLowerCase()}`);
}

function isRepository(request: PullRequest, nameOrId: string): boolean {
  return [request.repositoryId, request.repository.toLowerCase()].includes(nameOrId.toLowerCase());
}
