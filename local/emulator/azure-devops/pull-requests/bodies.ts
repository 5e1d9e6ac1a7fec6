import type { ServiceRequest } from "../../http/request.ts";
import { EnumerationValue } from "../enumeration.ts";
import { identityRef } from "../identity.ts";
import { projectStates } from "../projects.ts";
import { projectId, projectName } from "../urls.ts";
import type { Author, Comment, PullRequest, PullRequestStatus, Thread } from "./pull-requests.ts";

/** https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests#pullrequeststatus */
export const pullRequestStatuses = { 0: "notSet", 1: "active", 2: "abandoned", 3: "completed", 4: "all" };
export const threadStatuses = ["unknown", "active", "fixed", "wontFix", "closed", "byDesign", "pending"];
export const commentTypes = ["unknown", "text", "codeChange", "system"];
export const statusStates = [
  ...["notSet", "pending", "succeeded", "failed", "error", "notApplicable", "partiallySucceeded"],
];

/** The forms in which the REST API returns pull requests, threads and statuses. */
export function pullRequestBody(pullRequest: PullRequest, request: ServiceRequest) {
  const { id, title, sourceBranch, targetBranch, repositoryId, repository } = pullRequest;
  return {
    pullRequestId: id,
    codeReviewId: id,
    status: new EnumerationValue("active", pullRequestStatuses),
    createdBy: identityRef("notebook-ops"),
    reviewers: [],
    title,
    creationDate: pullRequest.openedOn,
    sourceRefName: sourceBranch,
    targetRefName: targetBranch,
    isDraft: false,
    repository: repositoryBody({ id: repositoryId, name: repository }, request),
    url: pullRequestUrl(pullRequest, request),
  };
}

export function repositoryBody({ id, name }: { id: string; name: string }, request: ServiceRequest) {
  const collection = `${request.url.origin}/${request.parameter("organisation")}`;
  return {
    id,
    name,
    url: `${collection}/${projectId}/_apis/git/repositories/${id}`,
    project: { id: projectId, name: projectName, state: new EnumerationValue("wellFormed", projectStates) },
    isDisabled: false,
    remoteUrl: `${collection}/${projectName}/_git/${encodeURIComponent(name)}`,
    webUrl: `${collection}/${projectName}/_git/${encodeURIComponent(name)}`,
  };
}

export function threadBody(thread: Thread, pullRequest: PullRequest, request: ServiceRequest) {
  const self = `${pullRequestUrl(pullRequest, request)}/threads/${thread.id}`;
  return {
    id: thread.id,
    status: new EnumerationValue(thread.status, threadStatuses),
    threadContext: thread.context ?? null,
    pullRequestThreadContext: null,
    properties: thread.properties,
    comments: thread.comments.map((comment) => commentBody(comment, self)),
    identities: null,
    isDeleted: thread.comments.every(({ isDeleted }) => isDeleted),
    publishedDate: thread.publishedOn,
    lastUpdatedDate: thread.updatedOn,
    _links: { self: { href: self } },
  };
}

/** `thread` is the URL of the thread. */
export function commentBody(comment: Comment, thread: string) {
  const { id, parentCommentId, commentType, isDeleted } = comment;
  return {
    ...{ id, parentCommentId, commentType: new EnumerationValue(commentType, commentTypes) },
    author: authorBody(comment.author),
    ...(isDeleted ? { isDeleted } : { content: comment.content }),
    publishedDate: comment.publishedOn,
    lastUpdatedDate: comment.updatedOn,
    lastContentUpdatedDate: comment.updatedOn,
    usersLiked: [],
    _links: { self: { href: `${thread}/comments/${id}` } },
  };
}

export function statusBody(status: PullRequestStatus, pullRequest: PullRequest, request: ServiceRequest) {
  const { id, state, description, context, targetUrl, iterationId } = status;
  return {
    ...{ id, state: new EnumerationValue(state, statusStates), description, context, targetUrl },
    ...(iterationId === null ? {} : { iterationId }),
    createdBy: authorBody(status.author),
    creationDate: status.createdOn,
    updatedDate: status.createdOn,
    _links: { self: { href: `${pullRequestUrl(pullRequest, request)}/statuses/${id}` } },
  };
}

function authorBody({ id, name }: Author) {
  return { id, displayName: name, uniqueName: `Build\\${id}` };
}

function pullRequestUrl({ id, repositoryId }: PullRequest, request: ServiceRequest): string {
  const collection = `${request.url.origin}/${request.parameter("organisation")}`;
  return `${collection}/${projectId}/_apis/git/repositories/${repositoryId}/pullRequests/${id}`;
}
