import type { JsonObject, ServiceRequest } from "../http/request.ts";
import { apiError, invalidParameter } from "./errors.ts";

/**
 * The fields of one request: its query and its JSON body. A GET may have a body, too: PyPI's azure-databricks-api sends all fields so.
 * Unknown fields are ignored, as on the platform; a missing field or one of the wrong type is refused with 400.
 */
export class Fields {
  readonly #read: () => JsonObject;
  #known: JsonObject | undefined;

  constructor(values: JsonObject | (() => JsonObject)) {
    this.#read = typeof values === "function" ? values : () => values;
  }

  /** The body is parsed when a field is first read, since that of an upload is not JSON. */
  static of(request: ServiceRequest): Fields {
    const fromQuery = Object.fromEntries(request.query);
    const hasBody = request.method !== "DELETE";
    return new Fields(() => (hasBody ? { ...fromQuery, ...request.json() } : fromQuery));
  }

  get #values(): JsonObject {
    this.#known ??= this.#read();
    return this.#known;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  string(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    throw malformed(name, value, "STRING");
  }

  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined || value === "") throw missing(name);
    return value;
  }

  /** A whole number, given as a number or in a string, as JSON's int64 is. */
  integer(name: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null || value === "") return undefined;
    const number = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
    if (!Number.isSafeInteger(number)) throw malformed(name, value, "INT64");
    return number;
  }

  requiredInteger(name: string): number {
    const value = this.integer(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** In a query, the Python SDK writes the booleans of a nested object as `True` and `False`. */
  boolean(name: string): boolean {
    const value = this.#values[name];
    if (value === undefined || value === null) return false;
    if (typeof value === "boolean") return value;
    const text = String(value).toLowerCase();
    if (typeof value === "string" && (text === "true" || text === "false")) return text === "true";
    throw malformed(name, value, "BOOL");
  }

  /** An object's fields. */
  object(name: string): Fields | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object" && !Array.isArray(value)) return new Fields(value as JsonObject);
    throw malformed(name, value, "MESSAGE");
  }

  list(name: string): unknown[] {
    const value = this.#values[name];
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    throw malformed(name, value, "ARRAY");
  }

  objects(name: string): Fields[] {
    return this.list(name).map((value) => {
      if (value !== null && typeof value === "object" && !Array.isArray(value))
        return new Fields(value as JsonObject);
      throw malformed(name, value, "MESSAGE");
    });
  }

  /**
   * A map of texts; numbers and booleans in it become text. A list of `{key, value}` is a map, too: nutter sends base_parameters in this form
   * (https://github.com/microsoft/nutter/blob/main/common/apiclient.py).
   */
  strings(name: string): Record<string, string> {
    const value = this.#values[name];
    if (value === undefined || value === null) return {};
    if (typeof value !== "object") throw malformed(name, value, "MAP");
    const entries = Array.isArray(value)
      ? this.objects(name).map((entry) => [entry.requiredString("key"), entry.raw().value ?? ""])
      : Object.entries(value);
    return Object.fromEntries(entries.map(([key, item]) => [key, String(item)]));
  }

  /** The fields as they were given, except that each of these maps has the form of a map. */
  withMaps(names: readonly string[]): JsonObject {
    const given = names.filter((name) => this.has(name));
    return { ...this.#values, ...Object.fromEntries(given.map((name) => [name, this.strings(name)])) };
  }

  without(names: readonly string[]): Fields {
    return new Fields(() =>
      Object.fromEntries(Object.entries(this.#values).filter(([name]) => !names.includes(name))),
    );
  }

  /** The fields as they were given. */
  raw(): JsonObject {
    return this.#values;
  }
}

function missing(name: string) {
  return invalidParameter(`Missing required field: ${name}`);
}

function malformed(name: string, value: unknown, type: string) {
  const shown = JSON.stringify(value)?.slice(0, 100);
  return apiError(
    400,
    "MALFORMED_REQUEST",
    `Could not parse request object: Expected '${type}' for field '${name}', got ${shown}`,
  );
}
