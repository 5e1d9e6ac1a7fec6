import { html, Markup } from "./html.ts";
import { isKnownAttribute, isKnownElement, isVoidElement, isWithoutContent } from "./safe-vocabulary.ts";

/** A report frames a notebook, whose output may frame a page of its own. */
const deepestFrame = 3;

/**
 * A page of others as one that opens no connection: only elements and attributes that show something, and a policy before them.
 * The policy alone does not do: Chromium connects to the host of a frame before the policy refuses the frame (seen in 156), and
 * `dns-prefetch`, `preconnect` and `refresh` are not, or not everywhere, subject to it. All markup is written anew, so that no
 * browser can read an element into it that was not let through. Links stay: a reader clicks them or does not.
 */
export function safePage(page: string): string {
  return writtenPage(page, 1);
}

function writtenPage(page: string, depth: number): string {
  return html`<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">${new Markup(safeMarkup(page, depth))}`
    .source;
}

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";

function safeMarkup(page: string, depth: number): string {
  const written: string[] = [];
  let at = 0;
  while (at < page.length) {
    const next = page.indexOf("<", at);
    const end = next < 0 ? page.length : next;
    if (end > at) written.push(escapedText(page.slice(at, end)));
    if (next < 0) break;
    at = readMarkup(page, next, depth, written);
  }
  return written.join("");
}

const tagName = /<(\/?)([a-z][^\s/>]*)/iy;

/** Reads what begins with `<` at `start`, writes what of it is safe, and returns where it ends. */
function readMarkup(page: string, start: number, depth: number, written: string[]): number {
  tagName.lastIndex = start;
  const tag = tagName.exec(page);
  if (!tag) {
    if (page.startsWith("<!--", start)) return after(page, "-->", start + 2);
    if (/[!?/]/.test(page[start + 1] ?? "")) return after(page, ">", start);
    written.push("&lt;");
    return start + 1;
  }
  const name = tag[2]!.toLowerCase();
  const isEnd = tag[1] === "/";
  const { attributes, end } = readAttributes(page, tagName.lastIndex);
  if (isEnd) {
    if (isKnownElement(name) && !isVoidElement(name)) written.push(`</${name}>`);
    return end;
  }
  if (name === "style") return readStyle(page, end, written);
  if (name === "iframe") written.push(frame(attributes, depth));
  if (isWithoutContent(name)) return afterElement(page, name, end);
  if (isKnownElement(name)) written.push(`<${name}${attributesOf(name, attributes)}>`);
  return end;
}

type Attributes = Map<string, string>;

const attribute =
  /[\s/]*(?:(>)|([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)?))?|.)/sy;

/** The attributes of a start tag, the first of each name, as browsers take them; values are as they were written. */
function readAttributes(page: string, start: number): { attributes: Attributes; end: number } {
  const attributes: Attributes = new Map();
  attribute.lastIndex = start;
  for (let match = attribute.exec(page); match; match = attribute.exec(page)) {
    const [, closed, name, double, single, bare] = match;
    if (closed) return { attributes, end: attribute.lastIndex };
    const key = name?.toLowerCase();
    if (key && !attributes.has(key)) attributes.set(key, double ?? single ?? bare ?? "");
  }
  return { attributes, end: page.length };
}

function attributesOf(element: string, attributes: Attributes): string {
  return [...attributes]
    .filter(([name, value]) => isKnownAttribute(element, name, value))
    .map(([name, value]) => ` ${name}="${escapedText(value).replaceAll('"', "&quot;")}"`)
    .join("");
}

/** Without `<` a style sheet cannot end, or become markup, as it would within SVG. */
function readStyle(page: string, start: number, written: string[]): number {
  const end = indexOfEnd(page, "style", start);
  written.push(`<style>${page.slice(start, end).replaceAll("<", "\\3c ")}</style>`);
  return after(page, ">", end);
}

/** A frame with a page of its own stays, in a sandbox; one with an address does not. */
function frame(attributes: Attributes, depth: number): string {
  const page = attributes.get("srcdoc");
  if (page === undefined || depth >= deepestFrame) return "";
  const kept = new Map([...attributes].filter(([name]) => name !== "sandbox" && name !== "srcdoc"));
  const content = writtenPage(withoutReferences(page), depth + 1);
  return `<iframe sandbox="" loading="lazy"${attributesOf("iframe", kept)}${html` srcdoc="${content}"`.source}></iframe>`;
}

const references: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** Other references stay as they are: they stand for no character of markup. */
function withoutReferences(value: string): string {
  return value.replace(
    /&(?:(lt|gt|quot|apos|amp)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (whole, name, decimal, hex) => {
      if (name) return references[name.toLowerCase()]!;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function afterElement(page: string, name: string, start: number): number {
  return after(page, ">", indexOfEnd(page, name, start));
}

/** Where the end tag begins, whatever stands between, as with a script; else the end of the page. */
function indexOfEnd(page: string, name: string, start: number): number {
  const endTag = new RegExp(`</${name}(?=[\\s/>])`, "gi");
  endTag.lastIndex = start;
  return endTag.exec(page)?.index ?? page.length;
}

function after(page: string, mark: string, start: number): number {
  const found = page.indexOf(mark, start);
  return found < 0 ? page.length : found + mark.length;
}

/** References stay: none can make markup. */
function escapedText(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
