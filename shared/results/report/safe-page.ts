import { Parser } from "htmlparser2";
import { html, Markup } from "./html.ts";
import { isKnownAttribute, isKnownElement, isVoidElement, isWithoutContent } from "./safe-vocabulary.ts";

/** A report contains a notebook in a frame, and its output may contain a page in another. */
const deepestFrame = 3;

/**
 * Makes a page from outside safe: it opens no connection, because it has only elements and attributes that show something, after a content
 * security policy. The policy alone is not enough: Chromium connects to the host of a frame before the policy refuses the frame (seen in
 * version 156), and `dns-prefetch`, `preconnect` and `refresh` are not subject to it, at least not in every browser. All markup is written
 * again from the parsed elements, so that no browser can see an element that was not allowed. Links to web addresses stay, because they open
 * nothing by themselves. A click asks for a window of their own, which the sandbox of a frame refuses: in the frame, a link would replace the
 * page. Links within the page go, because in a frame they would load the page around it.
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

/** Comments, declarations and all else that the parser reports are left out. */
function safeMarkup(page: string, depth: number): string {
  const written: string[] = [];
  /** The number of open elements whose content is not shown. */
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

/** Without `<`, a style sheet cannot end early, nor become markup, as it would within SVG. */
function styleText(text: string): string {
  return text.replaceAll("<", "\\3c ");
}

function attributesOf(element: string, attributes: Attributes): string {
  const written = Object.entries(attributes)
    .filter(([name, value]) => isKnownAttribute(element, name, value))
    .map(([name, value]) => html` ${new Markup(name)}="${value}"`.source)
    .join("");
  return element === "a" && written.includes(" href=")
    ? `${written} target="_blank" rel="noopener noreferrer"`
    : written;
}

/** A frame that contains its page stays, in a sandbox; one with an address is left out. */
function frame({ sandbox: _sandbox, srcdoc, ...attributes }: Attributes, depth: number): string {
  if (srcdoc === undefined || depth >= deepestFrame) return "";
  const content = writtenPage(srcdoc, depth + 1);
  return `<iframe sandbox="" loading="lazy"${attributesOf("iframe", attributes)}${html` srcdoc="${content}"`.source}></iframe>`;
}
