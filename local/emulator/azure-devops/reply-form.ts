import type { Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import { EnumerationValue } from "./enumeration.ts";

/** The parameters of `Accept` that change the form of an answer. `excludeUrls`, which clients send beside them, is not one. */
type FormParameter = "noArrayWrap" | "enumsAsNumbers" | "msDateFormat";

/**
 * Writes an answer as the parameters of the request's `Accept` ask for it: a list without `{count, value}` around it, enumerations as
 * numbers, dates as `\/Date(ms)\/`. azure-devops-extension-api sends all of them.
 * Source: https://github.com/actions/runner/blob/main/src/Sdk/WebApi/WebApi/VssJsonMediaTypeFormatter.cs
 */
export function inAcceptedForm(reply: Reply, request: ServiceRequest): Reply {
  const { body } = reply;
  if (body === null || typeof body !== "object" || Buffer.isBuffer(body)) return reply;
  if (!Array.isArray(body) && Object.getPrototypeOf(body) !== Object.prototype) return reply;
  const unwrapped = isListBody(body) && hasFormParameter(request, "noArrayWrap") ? body.value : body;
  const numbers = hasFormParameter(request, "enumsAsNumbers");
  const msDates = hasFormParameter(request, "msDateFormat");
  const rewritten = numbers || msDates ? rewrite(unwrapped, { numbers, msDates }) : unwrapped;
  return msDates ? withDates(reply, rewritten) : { ...reply, body: rewritten };
}

/** The slashes of a date are escaped, by which clients tell it from a text that looks like a date. */
function withDates(reply: Reply, value: unknown): Reply {
  const body = JSON.stringify(value).replace(/"\\u0000(Date\(-?\d+\))"/g, '"\\/$1\\/"');
  return { ...reply, headers: { "content-type": "application/json; charset=utf-8", ...reply.headers }, body };
}

/** Whether one of the media types that the client accepts has this parameter with the value `true`. */
export function hasFormParameter(request: ServiceRequest, name: FormParameter): boolean {
  const parameters = (request.header("accept") ?? "").split(/[;,]/).map((part) => part.split("="));
  const given = parameters.find(([key]) => key?.trim().toLowerCase() === name.toLowerCase());
  return given?.[1]?.trim().toLowerCase() === "true";
}

function isListBody(body: object): body is { value: unknown[] } {
  return "value" in body && Array.isArray(body.value) && Object.keys(body).sort().join() === "count,value";
}

function rewrite(value: unknown, form: { numbers: boolean; msDates: boolean }, key = ""): unknown {
  if (value instanceof EnumerationValue) return form.numbers ? (value.number ?? value.name) : value;
  if (Array.isArray(value)) return value.map((item) => rewrite(item, form));
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rewrite(item, form, name)]));
  if (!form.msDates || typeof value !== "string" || !/(?:Date|Time|On)$/.test(key)) return value;
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value);
  return isTime ? `\u0000Date(${Date.parse(value)})` : value;
}
