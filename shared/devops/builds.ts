import { isHtml } from "../http/answers.ts";
import { readAtMost } from "../http/bounded-read.ts";
import { RequestError } from "../http/errors.ts";
import { networkError } from "../http/network-error.ts";
import { withRetries } from "../http/retry.ts";
import { retryDelayMs } from "../http/retry-rules.ts";
import { oneLine } from "../text/plain-text.ts";
import type { AzureDevOps } from "./connection.ts";

/** https://learn.microsoft.com/rest/api/azure/devops/build/builds/list#build, without the fields that nobody reads */
interface Build {
  id: number;
  buildNumber: string;
  status: string;
  reason?: string;
  sourceBranch?: string;
  queueTime: string;
  startTime?: string;
  finishTime?: string;
  tags?: string[];
  definition: { id: number; name: string; path?: string };
  project: { id: string; name: string };
}

const build = {
  id: "number",
  buildNumber: "string",
  status: "string",
  "reason?": "string",
  "sourceBranch?": "string",
  queueTime: "string",
  "startTime?": "string",
  "finishTime?": "string",
  "tags?": ["string"],
  definition: { id: "number", name: "string", "path?": "string" },
  project: { id: "string", name: "string" },
} as const;

const pageSize = 1_000;
const mostPages = 10;

/** The builds of a project that have a tag, whatever became of them, and the time by the server's clock. */
export interface TaggedBuilds {
  builds: Build[];
  /** ms */
  now: number;
}

/**
 * Lists all builds with a tag, those that were queued last first: at most 10,000, then it is an error.
 * https://learn.microsoft.com/rest/api/azure/devops/build/builds/list
 * @param project name or id
 */
export async function listTaggedBuilds(
  devops: AzureDevOps,
  { project, tag }: { project: string; tag: string },
): Promise<TaggedBuilds> {
  const attempted = `list the pipeline runs with the tag ${tag} in the project ${project}`;
  const found = new Map<number, Build>();
  let continuationToken: string | undefined;
  let now = Date.now();
  for (let page = 0; page < mostPages; page++) {
    const reply = await devops
      .at(devops.collectionUrl)
      .send({
        method: "GET",
        path: `${encodeURIComponent(project)}/_apis/build/builds`,
        query: {
          "api-version": "7.1",
          tagFilters: tag,
          // The run that asks is often one of them, and it has no time at which it finished.
          statusFilter: "all",
          queryOrder: "queueTimeDescending",
          $top: pageSize,
          continuationToken,
        },
        expect: "json",
        attempted,
        answer: { "count?": "number", value: [build] },
      })
      .catch((error: unknown) => {
        throw advised(error, `'View builds' in the project ${project} (Pipelines > Manage security)`);
      });
    now = Date.parse(reply.headers.get("date") ?? "") || now;
    for (const each of whole(reply.json as Listed<Build>, attempted, devops))
      found.set(each.id, withTimes(each, attempted, devops));
    const next = reply.headers.get("x-ms-continuationtoken") ?? undefined;
    if (next === undefined) return { builds: [...found.values()].filter((each) => hasTag(each, tag)), now };
    const isRepeated = next === continuationToken;
    continuationToken = next;
    if (isRepeated) break;
  }
  throw new RequestError({
    kind: "badAnswer",
    attempted,
    on: new URL(devops.collectionUrl).host,
    cameBack: `has more than ${(mostPages * pageSize).toLocaleString("en")} of them, or lists the same ones again`,
    advice: "test a new version",
  });
}

/** A list as Azure DevOps returns it. */
interface Listed<T> {
  /** How many items `value` has. */
  count?: number | null;
  value: T[];
}

/** The items of a list. One that counts more than it lists was cut, and what is missing could be a failure. */
function whole<T>({ count, value }: Listed<T>, attempted: string, { collectionUrl }: AzureDevOps): T[] {
  if ((count ?? value.length) === value.length) return value;
  throw new RequestError({
    kind: "badAnswer",
    attempted,
    on: new URL(collectionUrl).host,
    cameBack: `answered with a list that counts ${count} items and has ${value.length}`,
  });
}

function withTimes(each: Build, attempted: string, { collectionUrl }: AzureDevOps): Build {
  const wrong = [each.queueTime, each.startTime, each.finishTime].find(
    (time) => time && Number.isNaN(Date.parse(time)),
  );
  if (wrong === undefined && each.queueTime !== "") return each;
  throw new RequestError({
    kind: "badAnswer",
    attempted,
    on: new URL(collectionUrl).host,
    cameBack: `answered 200 with "${oneLine(wrong ?? "", 40)}" as a time of a run`,
  });
}

function hasTag({ tags }: Build, tag: string): boolean {
  return tags === undefined || tags.some((each) => each.toLowerCase() === tag.toLowerCase());
}

interface BuildId {
  id: string | number;
  /** Name or id. */
  project: string;
}

interface Attachment {
  name: string;
  /** Where its content is. */
  url: string;
}

/** https://learn.microsoft.com/rest/api/azure/devops/build/attachments/list */
export async function listAttachments(
  devops: AzureDevOps,
  { id, project }: BuildId,
  type: string,
): Promise<Attachment[]> {
  const attempted = `list the attachments of pipeline run ${id} in the project ${project}`;
  const answer = await devops
    .at(devops.collectionUrl)
    .json<Listed<{ name: string; _links: { self: { href: string } } }>>({
      method: "GET",
      path: `${encodeURIComponent(project)}/_apis/build/builds/${id}/attachments/${encodeURIComponent(type)}`,
      attempted,
      answer: { "count?": "number", value: [{ name: "string", _links: { self: { href: "string" } } }] },
    })
    .catch((error: unknown) => {
      throw advised(error, `'View builds' on the pipeline of run ${id}, which may also have been deleted`);
    });
  return whole(answer, attempted, devops).map(({ name, _links: { self } }) => {
    if (URL.canParse(self.href, devops.collectionUrl)) return { name, url: self.href };
    throw new RequestError({
      kind: "badAnswer",
      attempted,
      on: new URL(devops.collectionUrl).host,
      cameBack: `answered with "${oneLine(self.href, 80)}" as the address of an attachment`,
    });
  });
}

/** The content of an attachment as text, or undefined if it is larger than `maxBytes`. An answer that is cut off is asked for again. */
export async function readAttachment(
  devops: AzureDevOps,
  { name, url }: Attachment,
  { build: { id, project }, maxBytes }: { build: BuildId; maxBytes: number },
): Promise<string | undefined> {
  const attempted = `read the attachment ${name} of pipeline run ${id} in the project ${project}`;
  const client = devops.at(devops.collectionUrl);
  const content = await withRetries(
    async () => {
      const body = await client.stream({ method: "GET", path: url, attempted }).catch((error: unknown) => {
        throw advised(error, `'View builds' on the pipeline of run ${id}, which may also have been deleted`);
      });
      return readAtMost(body, maxBytes).catch((cause: unknown) => {
        throw new CutOffError(networkError({ attempted, url: new URL(url, devops.collectionUrl) }, cause));
      });
    },
    {
      pauseMs: (error, attempt) =>
        error instanceof CutOffError
          ? retryDelayMs(error.cause, { repeatable: true }, attempt - 1)
          : undefined,
    },
  ).catch((error: unknown) => {
    throw error instanceof CutOffError ? error.cause : error;
  });
  const text = content?.toString("utf8");
  if (text === undefined || !isHtml(text)) return text;
  throw advised(
    new RequestError({
      kind: "signInPage",
      attempted,
      on: new URL(devops.collectionUrl).host,
      cameBack: "answered with an HTML page, most likely its sign-in page",
    }),
    `'View builds' on the pipeline of run ${id}`,
  );
}

/** The connection broke after the answer had begun, when the client does not repeat the request any more. */
class CutOffError extends Error {
  override readonly cause: RequestError;

  constructor(cause: RequestError) {
    super(cause.message);
    this.cause = cause;
  }
}

/** Azure DevOps says 404 of a project or build that an identity may not see. */
function advised(error: unknown, permission: string): unknown {
  const isRefused =
    error instanceof RequestError &&
    ["unauthorized", "forbidden", "notFound", "signInPage"].includes(error.kind);
  return isRefused
    ? error.advising(
        `give the build service ${permission}; for another project, also turn off 'Limit job authorization scope to current project' (Project settings > Pipelines > Settings)`,
      )
    : error;
}
