import { Parser } from "htmlparser2";
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

type Attributes = Record<string, string>;

/** Comments, declarations and whatever else the parser tells of are left out. */
function safeMarkup(page: string, depth: number): string {
  const written: string[] = [];
  /** Open elements of which nothing inside is shown. */
  let hiding = 0;
  let inStyle = false;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (hiding === 0) {
        if (name === "iframe") written.push(frame(attributes, depth));
        if (isKnownElement(name)) written.push(`<${name}${attributesOf(name, attributes)}>`);
      }
      if (isWithoutContent(name)) hiding++;
      inStyle = name === "style";
    },
    ontext(text) {
      if (hiding === 0) written.push(inStyle ? styleText(text) : html`${text}`.source);
    },
    onclosetag(name) {
      if (isWithoutContent(name)) hiding--;
      else if (hiding === 0 && isKnownElement(name) && !isVoidElement(name)) written.push(`</${name}>`);
      inStyle = false;
    },
  });
  parser.end(page);
  return written.join("");
}

/** Without `<` a style sheet cannot end, or become markup, as it would within SVG. */
function styleText(text: string): string {
  return text.replaceAll("<", "\\3c ");
}

function attributesOf(element: string, attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([name, value]) => isKnownAttribute(element, name, value))
    .map(([name, value]) => html` ${new Markup(name)}="${value}"`.source)
    .join("");
}

/** A frame with a page of its own stays, in a sandbox; one with an address does not. */
function frame({ sandbox: _sandbox, srcdoc, ...attributes }: Attributes, depth: number): string {
  if (srcdoc === undefined || depth >= deepestFrame) return "";
  const content = writtenPage(srcdoc, depth + 1);
  return `<iframe sandbox="" loading="lazy"${attributesOf("iframe", attributes)}${html` srcdoc="${content}"`.source}></iframe>`;
}
