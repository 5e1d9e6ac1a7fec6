import type { Clock } from "./clock.ts";
import type { ServiceRequest } from "./http/request.ts";
import type { SecretValues } from "./secret-values.ts";

/** One request to a service, without its credentials and without the secrets that the workspace knows. */
export interface RequestRecord {
  number: number;
  /** ISO 8601, on the workspace's clock. */
  at: string;
  service: string;
  method: string;
  path: string;
  query: string;
  userAgent: string;
  /** Method and path template of the route that answered; null if there is none. */
  route: string | null;
  /** The answer's status; null if a fault cut the connection. */
  status: number | null;
  durationMs: number;
  /** The JSON body, with the length of each credential and parameter instead of its value. */
  body?: unknown;
}

const kept = 10_000;
const largestBody = 64 * 1024;
/** Fields whose values a pipeline fills in. Any of them can be a secret, and only the pipeline knows which. */
const parameterField =
  /^(base_parameters|notebook_params|job_parameters|parameters|\w+_params|python_named_params|pipeline_params|spark_env_vars|spark_conf|conf|sparkProperties|environment_variables)$/i;
const credentialField =
  /^(value|string_value|bytes_value|content|contents|payload|commandLineArguments|token_value|token|client_secret|client_assertion|assertion|password|secret|subject_token|access_token)$/i;

/** The newest 10,000 requests of the workspace, oldest first. */
export class RequestLog {
  #records: RequestRecord[] = [];
  #count = 0;
  readonly #clock: Clock;
  readonly #secrets: SecretValues;

  constructor(clock: Clock, secrets: SecretValues) {
    this.#clock = clock;
    this.#secrets = secrets;
  }

  add(
    service: string,
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
    const secrets = this.#secrets;
    return this.#records.map((record) => ({
      ...record,
      path: secrets.redactUrl(record.path),
      query: secrets.redactUrl(record.query),
      userAgent: secrets.redact(record.userAgent),
      ...(record.body === undefined ? {} : { body: secrets.redactJson(record.body) }),
    }));
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
    Object.entries(value).map(([name, item]) => {
      if (parameterField.test(name)) return [name, lengths(item)];
      if (typeof item === "string" && credentialField.test(name)) return [name, lengthOf(item)];
      return [name, withoutCredentials(item)];
    }),
  );
}

/** The parameters with each value replaced by its length; names in a list of `{name, value}` are kept. */
function lengths(value: unknown, name?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => lengths(item));
  if (value === null || typeof value !== "object") return name === "name" ? value : lengthOf(String(value));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, lengths(item, key)]));
}

function lengthOf(value: string): string {
  return `(${value.length} characters)`;
}
