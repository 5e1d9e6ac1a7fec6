import { ok, type Reply } from "../../http/reply.ts";
import { isJsonObject, type JsonObject, type ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { collection, refuse } from "../dialect.ts";
import { projectOf } from "../urls.ts";
import { commentBody, commentTypes, threadBody, threadStatuses } from "./bodies.ts";
import type { Author, Comment, PullRequest, PullRequests, Thread } from "./pull-requests.ts";

const threads =
  "https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads?view=azure-devops-rest-7.1";
const commentsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-thread-comments?view=azure-devops-rest-7.1";
const base =
  "/{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads";

/** The discussions of a pull request. Writing needs the permission to contribute to pull requests. */
export function threadRoutes(pullRequests: PullRequests, access: Access): Route[] {
  const read = (request: ServiceRequest) => {
    access.identify(request);
    projectOf(request);
    return pullRequests.get(request.parameter("pullRequest"), request.parameter("repository"));
  };
  const write = (request: ServiceRequest) => {
    const pullRequest = read(request);
    return { pullRequest, author: access.requireContribution(request) };
  };
  const list = (request: ServiceRequest): Reply => {
    const pullRequest = read(request);
    return collection(pullRequest.threads.map((thread) => threadBody(thread, pullRequest, request)));
  };
  const get = (request: ServiceRequest): Reply => {
    const pullRequest = read(request);
    return ok(threadBody(threadOf(pullRequest, request), pullRequest, request));
  };
  const create = (request: ServiceRequest): Reply => {
    const { pullRequest, author } = write(request);
    const fields = request.json();
    const now = pullRequests.now();
    const thread: Thread = {
      id: pullRequest.threads.length + 1,
      status: choice(fields.status ?? "active", threadStatuses, "status"),
      context: fields.threadContext ?? null,
      properties: typedProperties(fields.properties),
      ...{ comments: [], publishedOn: now, updatedOn: now },
    };
    if (!Array.isArray(fields.comments) || fields.comments.length === 0) invalid("a thread has comments");
    for (const comment of fields.comments) addComment(thread, comment, author, now);
    pullRequest.threads.push(thread);
    return ok(threadBody(thread, pullRequest, request));
  };
  const update = (request: ServiceRequest): Reply => {
    const { pullRequest } = write(request);
    const thread = threadOf(pullRequest, request);
    const { status, properties } = request.json();
    if (status !== undefined) thread.status = choice(status, threadStatuses, "status");
    Object.assign(thread.properties, typedProperties(properties));
    thread.updatedOn = pullRequests.now();
    return ok(threadBody(thread, pullRequest, request));
  };
  const comments = (request: ServiceRequest): Reply => {
    const thread = threadOf(read(request), request);
    return collection(thread.comments.map((comment) => commentBody(comment, selfOf(request))));
  };
  const comment = (request: ServiceRequest): Reply => {
    return ok(commentBody(commentOf(threadOf(read(request), request), request), selfOf(request)));
  };
  const reply = (request: ServiceRequest): Reply => {
    const { pullRequest, author } = write(request);
    const thread = threadOf(pullRequest, request);
    thread.updatedOn = pullRequests.now();
    return ok(commentBody(addComment(thread, request.json(), author, thread.updatedOn), selfOf(request)));
  };
  const edit = (request: ServiceRequest): Reply => {
    const thread = threadOf(write(request).pullRequest, request);
    const edited = commentOf(thread, request);
    const { content } = request.json();
    if (content !== undefined) edited.content = text(content);
    thread.updatedOn = edited.updatedOn = pullRequests.now();
    return ok(commentBody(edited, selfOf(request)));
  };
  const remove = (request: ServiceRequest): Reply => {
    const removed = commentOf(threadOf(write(request).pullRequest, request), request);
    removed.isDeleted = true;
    removed.content = "";
    return { status: 200 };
  };
  const one = `${base}/{thread}`;
  return [
    { method: "GET", path: base, source: threads, handle: list },
    { method: "POST", path: base, source: threads, handle: create },
    { method: "GET", path: one, source: threads, handle: get },
    { method: "PATCH", path: one, source: threads, handle: update },
    { method: "GET", path: `${one}/comments`, source: commentsDocs, handle: comments },
    { method: "POST", path: `${one}/comments`, source: commentsDocs, handle: reply },
    { method: "GET", path: `${one}/comments/{comment}`, source: commentsDocs, handle: comment },
    { method: "PATCH", path: `${one}/comments/{comment}`, source: commentsDocs, handle: edit },
    { method: "DELETE", path: `${one}/comments/{comment}`, source: commentsDocs, handle: remove },
  ];
}

function threadOf(pullRequest: PullRequest, request: ServiceRequest): Thread {
  const id = Number(request.parameter("thread"));
  return (
    pullRequest.threads.find((thread) => thread.id === id) ??
    refuse(404, "CommentThreadNotFoundException", `The comment thread ${id} does not exist.`)
  );
}

function commentOf(thread: Thread, request: ServiceRequest): Comment {
  const id = Number(request.parameter("comment"));
  return (
    thread.comments.find((comment) => comment.id === id) ??
    refuse(404, "CommentNotFoundException", `The comment ${id} does not exist.`)
  );
}

function addComment(thread: Thread, fields: unknown, author: Author, now: string): Comment {
  if (!isJsonObject(fields)) invalid("a comment is an object");
  const comment: Comment = {
    id: thread.comments.length + 1,
    parentCommentId: Number(fields.parentCommentId ?? 0),
    author: { id: author.id, name: author.name },
    content: text(fields.content),
    commentType: choice(fields.commentType ?? "text", commentTypes, "commentType"),
    ...{ publishedOn: now, updatedOn: now, isDeleted: false },
  };
  thread.comments.push(comment);
  return comment;
}

/** An enumeration's value by name or, as azure-devops-node-api sends it, by number. */
function choice(given: unknown, names: readonly string[], field: string): string {
  const found = typeof given === "number" ? names[given] : names.find((name) => name === given);
  return found ?? invalid(`${field} is ${JSON.stringify(given)}`);
}

/** Plain values come back typed. */
function typedProperties(given: unknown): JsonObject {
  const entries = Object.entries(isJsonObject(given) ? given : {});
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (isJsonObject(value) && "$value" in value) return [name, value];
      const type = typeof value === "number" ? "System.Int32" : "System.String";
      return [name, { $type: type, $value: typeof value === "number" ? value : String(value) }];
    }),
  );
}

function text(content: unknown): string {
  if (typeof content === "string" && content !== "") return content;
  return invalid("a comment has content");
}

function selfOf(request: ServiceRequest): string {
  return `${request.url.origin}${request.url.pathname}`.replace(/\/comments.*$/, "");
}

function invalid(reason: string): never {
  refuse(400, "InvalidArgumentValueException", `The request is not valid: ${reason}.`);
}
