/** A JSON value with its range in the scanned byte string, so that an edit replaces the bytes of that value and no others. */
export type JsonNode = { start: number; end: number } & (
  | { kind: "object"; members: { key: string; value: JsonNode }[] }
  | { kind: "array"; items: JsonNode[] }
  | { kind: "string" }
  | { kind: "scalar" }
);

/** The text is not valid JSON. `atEnd`: it is valid up to its end, and ends too early. */
export class JsonSyntaxError extends Error {
  readonly offset: number;
  readonly atEnd: boolean;

  constructor(offset: number, atEnd: boolean) {
    super(`not JSON at offset ${offset}`);
    this.offset = offset;
    this.atEnd = atEnd;
  }
}

const blank = /[ \t\r\n]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const plain = /[^"\\\x00-\x1f]*/y;
const escapePattern = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
/** Most keys need no decoding. */
const simple = /^"[\x20-\x5b\x5d-\x7e]*"$/;
/** Deeper than any notebook. A file made to exhaust the stack stops here. */
const maxDepth = 500;

/** Scans the text from `from` to its end, which must be one JSON value (RFC 8259). */
export function scanJson(text: string, from = 0): JsonNode {
  const root = scanValue(text, blankEnd(text, from), 0);
  const end = blankEnd(text, root.end);
  if (end < text.length) throw new JsonSyntaxError(end, false);
  return root;
}

/** The value of an object's key; of repeated keys the last one, as JSON.parse does. Undefined for other nodes. */
export function member(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === "object" ? node.members.findLast((one) => one.key === key)?.value : undefined;
}

/** The value of a string node as text; undefined for any other node. */
export function stringValue(text: string, node: JsonNode | undefined): string | undefined {
  if (node?.kind !== "string") return undefined;
  const written = text.slice(node.start, node.end);
  if (simple.test(written)) return written.slice(1, -1);
  return JSON.parse(Buffer.from(written, "latin1").toString("utf8")) as string;
}

function scanValue(text: string, start: number, depth: number): JsonNode {
  if (depth > maxDepth) throw new JsonSyntaxError(start, false);
  const character = text[start];
  if (character === "{") return scanObject(text, start, depth);
  if (character === "[") return scanArray(text, start, depth);
  if (character === '"') return { kind: "string", start, end: stringEnd(text, start) };
  scalar.lastIndex = start;
  if (!scalar.test(text)) throw new JsonSyntaxError(start, start >= text.length);
  return { kind: "scalar", start, end: scalar.lastIndex };
}

function scanObject(text: string, start: number, depth: number): JsonNode {
  const members: { key: string; value: JsonNode }[] = [];
  let at = blankEnd(text, start + 1);
  while (text[at] !== "}" || members.length > 0) {
    if (text[at] !== '"') throw new JsonSyntaxError(at, at >= text.length);
    const keyEnd = stringEnd(text, at);
    const key = stringValue(text, { kind: "string", start: at, end: keyEnd })!;
    const value = scanValue(text, blankEnd(text, expect(text, blankEnd(text, keyEnd), ":")), depth + 1);
    members.push({ key, value });
    at = blankEnd(text, value.end);
    if (text[at] === "}") break;
    at = blankEnd(text, expect(text, at, ","));
  }
  return { kind: "object", start, end: at + 1, members };
}

function scanArray(text: string, start: number, depth: number): JsonNode {
  const items: JsonNode[] = [];
  let at = blankEnd(text, start + 1);
  while (text[at] !== "]" || items.length > 0) {
    const item = scanValue(text, at, depth + 1);
    items.push(item);
    at = blankEnd(text, item.end);
    if (text[at] === "]") break;
    at = blankEnd(text, expect(text, at, ","));
  }
  return { kind: "array", start, end: at + 1, items };
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    plain.lastIndex = at;
    plain.test(text);
    at = plain.lastIndex;
    if (text[at] === '"') return at + 1;
    escapePattern.lastIndex = at;
    if (!escapePattern.test(text))
      throw new JsonSyntaxError(at, at >= text.length - 1 || endsInEscape(text, at));
    at = escapePattern.lastIndex;
  }
}

function endsInEscape(text: string, at: number): boolean {
  return /^\\u[0-9A-Fa-f]{0,3}$/.test(text.slice(at, at + 6)) && text.length < at + 6;
}

function expect(text: string, at: number, character: string): number {
  if (text[at] !== character) throw new JsonSyntaxError(at, at >= text.length);
  return at + 1;
}

function blankEnd(text: string, at: number): number {
  blank.lastIndex = at;
  blank.test(text);
  return blank.lastIndex;
}
