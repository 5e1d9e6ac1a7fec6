import type { RequestFault } from "../../local/emulator/faults.ts";
import type { RequestRecord } from "../../local/emulator/request-log.ts";

/** Identifies a request, so that a case means the same request in every run of a job. */
export interface RequestName {
  service: RequestRecord["service"];
  method: string;
  /** The path, with the name of the route's parameter in place of each id: `/{tenant}/oauth2/v2.0/token`. */
  path: string;
  /** The number among the requests of that service, method and path within the stage, from 1. */
  nth: number;
}

/** Requests that are repeated while a task waits. Their number changes from run to run, so that only the first is a case. */
const polls =
  /\/((jobs\/runs|clusters)\/get|operations\/\{operationId\}|instances\/\{jobInstanceId\}|results\/(finished\.json|log\.txt))$/;

/** The names of the requests that a stage made, in their order. */
export function requestNames(records: readonly RequestRecord[]): RequestName[] {
  const seen = new Map<string, number>();
  return records.flatMap((record) => {
    const { service, method } = record;
    const path = pathShape(record);
    const key = `${service} ${method} ${path}`;
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return nth > 1 && method === "GET" && polls.test(path) ? [] : [{ service, method, path, nth }];
  });
}

export const textOfRequest = ({ method, path, nth }: RequestName) => `${method} ${path} #${nth}`;

/** The match of a fault that meets this request if it is declared when the stage begins. */
export function matchOf({ service, method, path, nth }: RequestName): RequestFault["match"] {
  const pattern = path
    .split("/")
    .map((segment) => (isParameter(segment) ? "[^/]+" : segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return { service, method, path: `^${pattern.join("/")}/?$`, nth };
}

function pathShape({ path, route }: RequestRecord): string {
  const segments = path.split("/");
  const template = route?.split(" ")[1]?.split("/") ?? [];
  // A route has at most one optional segment: `/{organisation}/{project?}/_apis`.
  const aligned =
    template.length > segments.length
      ? template.filter((each) => !each.endsWith("?}"))
      : template.filter((each) => !each.startsWith("{account?")); // our clients leave it out
  return segments
    .map((segment, i) => (isParameter(aligned[i]) ? aligned[i]!.replace("?", "") : withoutId(segment)))
    .join("/");
}

/** Paths of OneLake are one parameter of the route: the ids of items and of runs of tests in them differ between runs of a job. */
function withoutId(segment: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(segment)) return "{id}";
  return /^[0-9a-f]{12}-[0-9a-f]{8}$/.test(segment) ? "{runId}" : segment;
}

/** `{tenant}`, but not `{version=2.0|2.1}`: the version is part of the name of a request. */
function isParameter(segment: string | undefined): boolean {
  return segment !== undefined && /^\{\w+\??\}$/.test(segment);
}
