import { invalidParameter } from "../errors.ts";

/** A reference in a text, such as `{{job.run_id}}`, by its parts. */
type Reference = readonly string[];

/** A reference that has no value in this run. */
export class UnresolvedReference extends Error {}

const identifier = "(?:\\w+|`[^`]*`)";
/** Anything else in braces is literal text. An identifier with other characters than letters, digits and _ needs backticks. */
const referencePattern = new RegExp(`\\{\\{\\s*(${identifier}(?:\\.${identifier})*)\\s*\\}\\}`, "g");

const timeFields = [
  "iso_weekday",
  "is_weekday",
  "iso_date",
  "iso_datetime",
  "year",
  "month",
  "day",
  "hour",
  "minute",
  "second",
  "timestamp_ms",
].join("|");

/** All references of the known namespaces, in which `*` is a name that the user gives. */
const known = [
  /^job\.(id|name|run_id|repair_count)$/,
  new RegExp(`^job\\.(start_time|trigger\\.time)\\.(${timeFields})$`),
  /^job\.trigger\.(type|file_arrival\.location)$/,
  /^job\.parameters\.\*$/,
  /^task\.(name|run_id|execution_count|notebook_path)$/,
  /^tasks\.\*\.(run_id|result_state|error_code|execution_count|notebook_path)$/,
  /^tasks\.\*\.values\.\*$/,
  /^workspace\.(id|url)$/,
];

/**
 * Refuses a text with an invalid reference in a namespace that the platform knows, such as `{{job.naem}}`. All other text that is no
 * reference is literal. Source: https://learn.microsoft.com/azure/databricks/jobs/dynamic-value-references
 */
export function checkReferences(text: string): void {
  for (const [whole, body] of text.matchAll(referencePattern)) {
    const reference = partsOf(body as string);
    const [namespace] = reference;
    if (!/^(job|task|tasks|workspace)$/.test(namespace as string) || reference.length === 1) continue;
    if (known.some((form) => form.test(formOf(reference)))) continue;
    throw invalidParameter(
      `Invalid reference ${whole}: '${reference.slice(1).join(".")}' is unknown in '${namespace}'.`,
    ); // unconfirmed wording
  }
}

/** Replaces the references in a text by what `lookUp` returns for them. A reference for which that is undefined stays as it is. */
export function resolveReferences(
  text: string,
  lookUp: (reference: Reference) => string | undefined,
): string {
  return text.replace(referencePattern, (whole, body: string) => lookUp(partsOf(body)) ?? whole);
}

/** The fields of `{{job.start_time.…}}`, in UTC. The documentation does not show the form of `iso_datetime`. */
export function timeField(ms: number, field: string): string | undefined {
  const time = new Date(Math.round(ms));
  const weekday = time.getUTCDay() || 7;
  const fields: Record<string, string | number | boolean> = {
    iso_weekday: weekday,
    is_weekday: weekday < 6,
    iso_date: time.toISOString().slice(0, 10),
    iso_datetime: time.toISOString(),
    year: time.getUTCFullYear(),
    month: time.getUTCMonth() + 1,
    day: time.getUTCDate(),
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
    second: time.getUTCSeconds(),
    timestamp_ms: time.getTime(),
  };
  return Object.hasOwn(fields, field) ? String(fields[field]) : undefined;
}

function partsOf(body: string): Reference {
  const parts = body.match(new RegExp(identifier, "g")) ?? [];
  return parts.map((part) => part.replaceAll("`", ""));
}

function formOf(reference: Reference): string {
  const [namespace, second, third] = reference;
  if (namespace === "tasks" && third === "values" && reference.length === 4) return "tasks.*.values.*";
  if (namespace === "tasks") return ["tasks", "*", ...reference.slice(2)].join(".");
  if (namespace === "job" && second === "parameters" && reference.length === 3) return "job.parameters.*";
  return reference.join(".");
}
