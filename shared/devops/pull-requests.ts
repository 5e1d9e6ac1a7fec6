import { createHash } from "node:crypto";
import type { IGitApi } from "azure-devops-node-api/GitApi.js";
import type { GitPullRequestCommentThread } from "azure-devops-node-api/interfaces/GitInterfaces.js";
import type { PullRequest } from "./pull-request-client.ts";

/** What a run writes into its thread. */
interface ThreadReport {
  /** Whose thread it is: the same in every run of one step of one pipeline. */
  key: string;
  buildId: number;
  /** Markdown. */
  content: string;
  failed: boolean;
  /** Whether a run that did not fail opens a thread if there is none. */
  evenIfPassed: boolean;
}

export type ThreadOutcome = "opened" | "updated" | "none" | "superseded";

/** https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads/create#commentthreadstatus */
const threadStatus = { active: 1, fixed: 2, closed: 4 } as const;
const textComment = 1;
/** https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-statuses/create#gitstatusstate */
const statusState = { succeeded: 2, failed: 3 } as const;

interface OwnThread {
  id: number;
  commentId: number;
  buildId: number;
}

/**
 * Reports in the one thread of its key how a run went: opens or updates it, as active if the run failed and as fixed if it did not. A run
 * never replaces the report of a later one. If two runs open a thread at once, one of them removes its own.
 */
export async function reportInThread(
  git: IGitApi,
  pullRequest: PullRequest,
  report: ThreadReport,
): Promise<ThreadOutcome> {
  const before = await ownThreads(git, pullRequest, report.key);
  if (before[0]) return update(git, pullRequest, before[0], report);
  if (!report.failed && !report.evenIfPassed) return "none";
  const { project, repositoryId, id } = pullRequest;
  const opened = await git.createThread(
    {
      comments: [{ content: marked(report), parentCommentId: 0, commentType: textComment }],
      status: report.failed ? threadStatus.active : threadStatus.closed,
    },
    repositoryId,
    id,
    project,
  );
  if (!opened?.id) throw new NotThereError();
  const [oldest] = await ownThreads(git, pullRequest, report.key);
  if (!oldest || oldest.id === opened.id) return "opened";
  await git.deleteComment(repositoryId, id, opened.id, opened.comments?.[0]?.id ?? 1, project);
  return update(git, pullRequest, oldest, report);
}

async function update(
  git: IGitApi,
  { project, repositoryId, id }: PullRequest,
  thread: OwnThread,
  report: ThreadReport,
): Promise<ThreadOutcome> {
  if (thread.buildId > report.buildId) return "superseded";
  await git.updateComment(
    { content: marked(report) },
    repositoryId,
    id,
    thread.id,
    thread.commentId,
    project,
  );
  const status = report.failed ? threadStatus.active : threadStatus.fixed;
  await git.updateThread({ status }, repositoryId, id, thread.id, project);
  return "updated";
}

/** The threads of this key, oldest first: one, unless two runs have just opened theirs. */
async function ownThreads(git: IGitApi, { project, repositoryId, id }: PullRequest, key: string) {
  const threads: GitPullRequestCommentThread[] | null = await git.getThreads(repositoryId, id, project);
  if (!Array.isArray(threads)) throw new NotThereError();
  return threads
    .flatMap((thread) => {
      const [first] = thread.comments ?? [];
      const found = marker.exec(first?.content ?? "");
      if (thread.isDeleted || first?.isDeleted || thread.id === undefined || found?.[1] !== keyHash(key))
        return [];
      return [{ id: thread.id, commentId: first?.id ?? 1, buildId: Number(found[2]) }];
    })
    .sort((a, b) => a.id - b.id);
}

/** A status of the pull request, which a branch policy can require. */
export async function setPullRequestStatus(
  git: IGitApi,
  { project, repositoryId, id }: PullRequest,
  { name, description, failed, url }: { name: string; description: string; failed: boolean; url?: string },
): Promise<void> {
  const status = {
    context: { genre: "notebook-ops", name },
    state: failed ? statusState.failed : statusState.succeeded,
    description,
    ...(url ? { targetUrl: url } : {}),
  };
  if (!(await git.createPullRequestStatus(status, repositoryId, id, project))) throw new NotThereError();
}

/**
 * The last line of our comments, which markdown does not show. It is the very last line, so that no output of a notebook, which comes
 * before it, can forge it.
 */
const marker = /\n<!-- notebook-ops ([0-9a-f]{16}) run (\d+) -->$/;

function marked({ key, buildId, content }: ThreadReport): string {
  return `${content.trimEnd()}\n\n<!-- notebook-ops ${keyHash(key)} run ${buildId} -->`;
}

function keyHash(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 16);
}

/** Microsoft's client returns null for a thing that does not exist or that this identity may not see. */
class NotThereError extends Error {
  override name = "NotThereError";
  readonly statusCode = 404;
  constructor() {
    super("it is not there, or this identity may not see it");
  }
}
