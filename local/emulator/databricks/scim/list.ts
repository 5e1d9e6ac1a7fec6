import type { JsonObject } from "../../http/request.ts";
import type { Fields } from "../fields.ts";
import { parseFilter, valuesOf } from "./filter.ts";

/** "count <= 100" in https://docs.databricks.com/api/scim/v1/list-users. SDKs ask for 10000 and go on with the next page. */
const maxCount = 100;

/** One page of resources, by the parameters of https://docs.databricks.com/api/scim/v1/list-users. */
export function listReply(all: JsonObject[], fields: Fields): JsonObject {
  const filter = fields.string("filter");
  const found = filter ? all.filter(parseFilter(filter)) : [...all];
  const sortBy = fields.string("sortBy");
  if (sortBy) {
    const direction = fields.string("sortOrder")?.toLowerCase() === "descending" ? -1 : 1;
    const key = (resource: JsonObject) => valuesOf(resource, sortBy)[0] ?? "";
    found.sort((a, b) => (key(a) < key(b) ? -direction : key(a) > key(b) ? direction : 0));
  }
  const startIndex = Math.max(1, fields.integer("startIndex") ?? 1);
  const count = Math.min(Math.max(0, fields.integer("count") ?? maxCount), maxCount);
  const page = found.slice(startIndex - 1, startIndex - 1 + count);
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: found.length,
    startIndex,
    itemsPerPage: page.length,
    Resources: page.map((resource) => selected(resource, fields)),
  };
}

/** The resource with the attributes that the request asks for. Its id is always there: RFC 7643, section 3.1. */
export function selected(resource: JsonObject, fields: Fields): JsonObject {
  const names = (field: string) =>
    (fields.string(field) ?? "")
      .split(",")
      .map((name) => name.trim().split(".")[0]?.toLowerCase() ?? "")
      .filter(Boolean);
  const [wanted, unwanted] = [names("attributes"), names("excludedAttributes")];
  const isSelected = (name: string) =>
    name === "id" ||
    ((wanted.length === 0 || wanted.includes(name.toLowerCase())) && !unwanted.includes(name.toLowerCase()));
  return Object.fromEntries(Object.entries(resource).filter(([name]) => isSelected(name)));
}
