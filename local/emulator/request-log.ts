import type { Clock } from "./clock.ts";
import type { ServiceRequest } from "./http/request.ts";
import type { ServiceName } from "./service.ts";

/** One request that a service answered, without the credentials it carried. */
export interface RequestRecord {
  number: number;
  /** ISO 8601, on the workspace's clock. */
  at: string;
  service: ServiceName;
  method: string;
  path: string;
  query: string;
  userAgent: string;
  /** Method and path template of the route that answered; null where none did. */
  route: string | null;
  /** The answer's status; null where a fault cut the connection. */
  status: number | null;
  durationMs: number;
  /** A JSON body with the values of credential fields replaced. */
  body?: unknown;
}

const kept = 10_000;
const largestBody = 64 * 1024;
const credentialField =
  /^(value|string_value|bytes_value|content|contents|token_value|token|client_secret|client_assertion|assertion|password|secret|subject_token|access_token)$/i;

/** The newest 10,000 requests of the workspace, oldest first. */
export class RequestLog {
  #records: RequestRecord[] = [];
  #count = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(
    service: ServiceName,
    request: ServiceRequest,
    answer: Pick<RequestRecord, "route" | "status" | "durationMs">,
  ): void {
    const record: RequestRecord = {
      number: ++this.#count,
      at: new Date(this.#clock.now()).toISOString(),
      service,
      method: request.method,
      path: request.url.pathname,
      query: request.url.search,
      userAgent: request.header("user-agent") ?? "",
      ...answer,
    };
    const body = recordedBody(request);
    if (body !== undefined) record.body = body;
    this.#records.push(record);
    if (this.#records.length > kept) this.#records.shift();
  }

  all(): readonly RequestRecord[] {
    return this.#records;
  }

  clear(): void {
    this.#records = [];
  }
}

function recordedBody(request: ServiceRequest): unknown {
  const isJson = (request.header("content-type") ?? "").includes("json");
  if (!isJson || request.body.length === 0 || request.body.length > largestBody) return undefined;
  try {
    return withoutCredentials(JSON.parse(request.body.toString("utf8")));
  } catch {
    return undefined;
  }
}

function withoutCredentials(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      typeof item === "string" && credentialField.test(name)
        ? `(${item.length} characters)`
        : withoutCredentials(item),
    ]),
  );
}
