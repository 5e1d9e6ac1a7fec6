import { readAtMost } from "../../http/bounded-read.ts";
import type { HttpClient } from "../../http/client.ts";
import { isId } from "./ids.ts";
import type { ItemId } from "./jobs.ts";
import { pages } from "./pages.ts";

/** The Spark session of a run. */
interface LivySession {
  livyId: string;
  /** Such as `application_1742884741239_0001`. Absent until Spark has started. */
  sparkApplicationId?: string;
  /** The run that the session belongs to. */
  jobInstanceId?: string;
}

/** The collections of items that have sessions, as addresses name them. */
export type SessionOwner = "notebooks" | "sparkJobDefinitions";

/** Spark sessions of runs and their logs. Each method fails with a RequestError. */
export class SessionsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * What the driver of a run has printed. Undefined if the run has no Spark session, or if that is more than `maxBytes`.
   * https://learn.microsoft.com/fabric/data-engineering/driver-log
   */
  async driverLog(
    owner: SessionOwner,
    item: ItemId,
    request: { jobInstanceId: string; file: "stdout" | "stderr"; maxBytes: number },
  ): Promise<string | undefined> {
    const session = await this.#sessionOf(owner, item, request.jobInstanceId);
    const { livyId, sparkApplicationId } = session ?? {};
    if (livyId === undefined || !isId(livyId) || !sparkApplicationId) return undefined;
    const body = await this.#http.stream({
      method: "GET",
      path: `${sessions(owner, item)}/${livyId}/applications/${encodeURIComponent(sparkApplicationId)}/logs`,
      query: { type: "driver", fileName: request.file, isDownload: true },
      attempted: `read the driver's log of run ${request.jobInstanceId}`,
    });
    return (await readAtMost(body, request.maxBytes))?.toString("utf8");
  }

  async #sessionOf(
    owner: SessionOwner,
    item: ItemId,
    jobInstanceId: string,
  ): Promise<LivySession | undefined> {
    const listed = pages<LivySession>(this.#http, {
      path: sessions(owner, item),
      attempted: `find the Spark session of run ${jobInstanceId}`,
      entry: { livyId: "string", "sparkApplicationId?": "string", "jobInstanceId?": "string" },
    });
    for await (const session of listed)
      if (session.jobInstanceId?.toLowerCase() === jobInstanceId.toLowerCase()) return session;
    return undefined;
  }
}

function sessions(owner: SessionOwner, { workspaceId, itemId }: ItemId): string {
  return `/v1/workspaces/${workspaceId}/${owner}/${itemId}/livySessions`;
}
