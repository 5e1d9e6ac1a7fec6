import { InputError } from "../../shared/task/host.ts";
import type { Json } from "./json.ts";

/** One step into a config. A quoted one is a whole key; a plain one may be the beginning of a key that has dots in it. */
export interface Segment {
  key: string;
  quoted: boolean;
}

export interface Assignment {
  /** As the author wrote it, for errors. */
  path: string;
  segments: Segment[];
  /** What stands after the `=`, trimmed. */
  text: string;
}

/** Lines `path.to.field=value`; empty lines and lines that begin with `#` are left out. */
export function parseAssignments(text: string): Assignment[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(parseAssignment);
}

/** JSON where the text is JSON, else the text itself. */
export function typedValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const step =
  /(?<plain>(?:\\.|[^.[\]="'\\\s])+)|\[(?<index>\d+)\]|\[(?:"(?<double>(?:\\.|[^"\\])*)"|'(?<single>[^']*)')\]/y;

function parseAssignment(line: string): Assignment {
  const segments: Segment[] = [];
  let at = 0;
  while (at < line.length && !/[=\s]/.test(line[at]!)) {
    if (line[at] === "." && segments.length > 0) at++;
    step.lastIndex = at;
    const groups = step.exec(line)?.groups;
    if (groups === undefined || (groups.plain === undefined && segments.length === 0)) throw malformed(line);
    segments.push(segment(groups));
    at = step.lastIndex;
  }
  const rest = line.slice(at).trimStart();
  if (segments.length === 0 || !rest.startsWith("=")) throw malformed(line);
  // Assigning to these would change every object of this process instead of the config.
  for (const { key } of segments)
    if (["__proto__", "constructor", "prototype"].includes(key))
      throw new InputError(
        `Input 'values' assigns to '${line.slice(0, at)}': a cluster config has no '${key}'.`,
      );
  return { path: line.slice(0, at), segments, text: rest.slice(1).trim() };
}

function segment(groups: Record<string, string | undefined>): Segment {
  const { plain, index, double, single } = groups;
  if (plain !== undefined) return { key: unescaped(plain), quoted: plain.includes("\\") };
  if (index !== undefined) return { key: index, quoted: false };
  return { key: single ?? unescaped(double ?? ""), quoted: true };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

function malformed(line: string): InputError {
  // What stands after the = may be a secret, and stays out of the message.
  const shown = line.includes("=") ? `${line.slice(0, line.indexOf("=") + 1)}…` : line;
  return new InputError(
    `Input 'values' holds the line '${shown}': write it as path.to.field=value, with a name that has dots in brackets, such as spark_conf["spark.speculation"]=true.`,
  );
}
