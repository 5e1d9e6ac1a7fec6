import { isJsonObject, type JsonObject } from "../../http/request.ts";
import { scimError } from "./error.ts";
import { parseFilter } from "./filter.ts";

/**
 * The attributes after the operations of a PATCH.
 * Source: RFC 7644, section 3.5.2, to which https://docs.databricks.com/api/azure/workspace/users/patch refers
 */
export function patched(resource: JsonObject, operations: unknown[]): JsonObject {
  const result = structuredClone(resource);
  for (const operation of operations) apply(result, isJsonObject(operation) ? operation : {});
  return result;
}

function apply(resource: JsonObject, { op, path, value }: JsonObject): void {
  const verb = String(op).toLowerCase();
  if (verb !== "add" && verb !== "remove" && verb !== "replace")
    throw scimError(400, `Invalid operation: ${String(op)}`, "invalidSyntax");
  if (path === undefined || path === null || path === "") {
    if (verb === "remove") throw scimError(400, "A remove operation needs a path.", "noTarget");
    if (!isJsonObject(value))
      throw scimError(400, "An operation without a path needs an object.", "invalidValue");
    for (const [name, each] of Object.entries(value)) set(resource, name, verb, each);
    return;
  }
  const [, name = "", filter] = /^([\w.$:]+)(?:\[(.*)\])?$/.exec(String(path)) ?? [];
  if (!name) throw scimError(400, `Invalid path: ${String(path)}`, "invalidPath");
  if (verb !== "remove") {
    if (filter !== undefined)
      throw scimError(400, `The path ${String(path)} can only be removed.`, "invalidPath");
    set(resource, name, verb, value);
  } else if (filter === undefined && value === undefined) delete resource[keyOf(resource, name)];
  else {
    const isGone = filter === undefined ? isOneOf(value) : parseFilter(filter);
    const key = keyOf(resource, name);
    resource[key] = listOf(resource[key]).filter((item) => !isGone(item));
  }
}

function set(resource: JsonObject, path: string, verb: "add" | "replace", value: unknown): void {
  const [name = "", inner] = path.split(".");
  const key = keyOf(resource, name);
  if (inner !== undefined) {
    const old = resource[key];
    resource[key] = { ...(isJsonObject(old) ? old : {}), [inner]: value };
  } else if (verb === "add" && !singleValued.includes(name.toLowerCase())) {
    const added = listOf(value);
    resource[key] = [...listOf(resource[key]).filter((item) => !isOneOf(added)(item)), ...added];
  } else resource[key] = valueFor(name, value);
}

/** These have one value, which some clients give as `[{value: "false"}]`. */
const singleValued = ["active", "displayname", "externalid", "username", "applicationid"];

function valueFor(name: string, value: unknown): unknown {
  if (!singleValued.includes(name.toLowerCase())) return value;
  return Array.isArray(value) && isJsonObject(value[0]) ? value[0].value : value;
}

function listOf(value: unknown): JsonObject[] {
  const items = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return items.map((item) => (isJsonObject(item) ? item : { value: String(item) }));
}

function isOneOf(values: unknown): (item: JsonObject) => boolean {
  const known = listOf(values).map(({ value }) => String(value));
  return ({ value }) => known.includes(String(value));
}

/** The name of an attribute as the resource has it: RFC 7643, section 2.1, ignores case. */
function keyOf(resource: JsonObject, name: string): string {
  return Object.keys(resource).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}
