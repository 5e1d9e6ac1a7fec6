import { InputError } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Json } from "../../shared/text/json.ts";

/** A segment of a path. A quoted segment is a whole key. Several plain segments together may be one key that contains dots. */
export interface Segment {
  key: string;
  quoted: boolean;
}

export interface Assignment {
  /** The path as the author wrote it, for errors. */
  path: string;
  segments: Segment[];
  /** The text after the `=`, trimmed. */
  text: string;
}

/** Parses lines `path.to.field=value`. Empty lines and lines that begin with `#` are ignored. */
export function parseAssignments(text: string): Assignment[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(parseAssignment);
}

/** The parsed value if the text is JSON, else the text itself. */
export function typedValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const segmentPattern =
  /(?<plain>(?:\\.|[^.[\]="'\\\s])+)|\[(?<index>\d+)\]|\[(?:"(?<double>(?:\\.|[^"\\])*)"|'(?<single>[^']*)')\]/y;

function parseAssignment(line: string): Assignment {
  const segments: Segment[] = [];
  let position = 0;
  while (position < line.length && !/[=\s]/.test(line[position]!)) {
    if (line[position] === "." && segments.length > 0) position++;
    segmentPattern.lastIndex = position;
    const groups = segmentPattern.exec(line)?.groups;
    if (groups === undefined || (groups.plain === undefined && segments.length === 0)) throw malformed(line);
    segments.push(segment(groups));
    position = segmentPattern.lastIndex;
  }
  const path = line.slice(0, position);
  const rest = line.slice(position).trimStart();
  if (segments.length === 0 || !rest.startsWith("=")) throw malformed(line);
  // Assigning to these would change every object of this process instead of the config.
  for (const { key } of segments)
    if (["__proto__", "constructor", "prototype"].includes(key))
      throw new InputError(
        couldNot(
          `assign '${path}' of the input 'values'`,
          `a cluster config has no field '${key}'`,
          "remove the line",
        ),
      );
  return { path, segments, text: rest.slice(1).trim() };
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
  // The text after the = may be a secret and stays out of the message.
  const shown = line.includes("=") ? `${line.slice(0, line.indexOf("=") + 1)}…` : line;
  return new InputError(
    couldNot(
      `read the line '${shown}' of the input 'values'`,
      "it is not of the form path.to.field=value",
      'put a name that contains dots in brackets, such as spark_conf["spark.speculation"]=true',
    ),
  );
}
