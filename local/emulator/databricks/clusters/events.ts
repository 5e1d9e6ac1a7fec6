import type { JsonObject } from "../../http/request.ts";
import { invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import { pageOf, tokenOf } from "../paging.ts";
import type { Cluster } from "./cluster.ts";

const maxEvents = 500;

/**
 * One page of a cluster's events. It is asked for by `page_size` and `page_token` or, in the older way, by `limit` and `offset`. The SDKs ask for the
 * next page by sending `next_page`. Source: https://docs.databricks.com/api/azure/workspace/clusters/events
 * @param now the end of the time if the request names none
 */
export function eventsPage(cluster: Cluster, fields: Fields, now: number): object {
  const types = fields.list("event_types");
  const isAscending = fields.string("order") === "ASC";
  const [from, to] = [fields.integer("start_time") ?? 0, fields.integer("end_time")];
  const isByToken = fields.has("page_size") || fields.has("page_token");
  if (fields.integer("offset") && !isAscending && to === undefined) {
    // "When an offset is specified and the results are requested in descending order, the end_time field is required."
    throw invalidParameter("The end_time field is required if an offset is given and the order is DESC."); // unconfirmed wording
  }
  const selected = cluster.events.filter(
    ({ type, timestamp }) =>
      (types.length === 0 || types.includes(type)) &&
      timestamp >= from &&
      timestamp <= (to ?? Number.POSITIVE_INFINITY),
  );
  const ordered = isAscending ? selected : selected.toReversed();
  const page = pageOf(ordered, isByToken ? fields : fields.without(["page_token"]), {
    ...(isByToken ? { sizeField: "page_size", isClamped: true } : { sizeField: "limit" }),
    defaultSize: 50,
    maxSize: maxEvents,
  });
  const events = page.items.map((event) => ({ cluster_id: cluster.id, ...event }));
  return {
    events,
    total_count: ordered.length,
    ...(isByToken ? page.tokens : {}),
    ...(page.hasMore ? { next_page: nextPage(fields, page.end, isByToken, to ?? Math.round(now)) } : {}),
  };
}

function nextPage(fields: Fields, end: number, isByToken: boolean, to: number): JsonObject {
  return isByToken
    ? { ...fields.raw(), page_token: tokenOf(end) }
    : { ...fields.raw(), end_time: to, offset: end };
}
