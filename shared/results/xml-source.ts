import sax from "sax";
import { oneLine } from "../text/plain-text.ts";
import { ResultsError } from "./results-error.ts";

/** 100,000 cases with traces are about 50 MB; V8 holds no text over 512 MB. */
const maxBytes = 256 * 1024 * 1024;
/** No producer nests suites deeper than folders; a file that does is made to exhaust its reader. */
const maxDepth = 100;
const chunkLength = 64 * 1024;

export interface ElementHandler {
  open(name: string, attributes: Record<string, string>): void;
  text(text: string): void;
  close(name: string): void;
}

/**
 * Walks through an XML document within bounds: no document type, so no entities but XML's own five; 256 MB; 100 levels.
 * @throws ResultsError with file and line where it is not a whole XML document.
 */
export function walkXml(content: string | Uint8Array, file: string, handler: ElementHandler): void {
  const text = typeof content === "string" ? content.replace(/^\uFEFF/, "") : decode(content, file);
  if (text.trim() === "")
    throw new ResultsError(
      `${file} is empty: the producer of the results wrote nothing or is still running.`,
    );
  const parser = sax.parser(true, { position: true });
  // sax cuts text nodes and refuses attributes over 64 KB; the whole document is bounded above.
  (parser as unknown as { bufferCheckPosition: number }).bufferCheckPosition = Number.POSITIVE_INFINITY;
  const at = () => `${file}, line ${parser.line + 1}`;
  let depth = 0;
  let hasRoot = false;
  const endsEarly = () =>
    new ResultsError(
      `${at()}: the file ends in the middle of its XML: its producer was stopped or the download is incomplete.`,
    );
  parser.onopentag = ({ name, attributes }) => {
    if (depth === 0 && /^html$/i.test(name)) throw isPage(file);
    if (++depth > maxDepth)
      throw new ResultsError(
        `${at()}: elements are nested more than ${maxDepth} deep, which no test results are.`,
      );
    hasRoot = true;
    handler.open(name, attributes as Record<string, string>);
  };
  parser.onclosetag = (name) => {
    depth--;
    handler.close(name);
  };
  parser.ontext = (part) => handler.text(part);
  parser.oncdata = (part) => handler.text(part);
  parser.ondoctype = (doctype) => {
    if (/^\s*html\b/i.test(doctype)) throw isPage(file);
    throw new ResultsError(
      `${at()}: a document type (DOCTYPE) is refused, since test results need none and its entities can exhaust the reader.`,
    );
  };
  parser.onerror = (error) => {
    const reason = error.message.split("\n")[0]!;
    // A reference to a character that does not exist, such as &#0;, stays as it is written.
    if (
      reason === "Invalid character entity" &&
      (parser as unknown as { entity: string }).entity.startsWith("#")
    ) {
      parser.resume();
      return;
    }
    if (/^(Unclosed root tag|Unexpected end)/.test(reason)) throw endsEarly();
    throw new ResultsError(
      `${at()}: this is not valid XML (${oneLine(reason, 120)}): write the results again with their producer.`,
    );
  };
  for (let start = 0; start < text.length; start += chunkLength)
    parser.write(text.slice(start, start + chunkLength));
  parser.close();
  if (!hasRoot) throw endsEarly();
}

function isPage(file: string): ResultsError {
  return new ResultsError(
    `${file} is an HTML page, not XML: a sign-in or error page was probably saved in place of the results.`,
  );
}

/** By byte order mark, else by the encoding that the XML declaration names, else UTF-8. */
function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > maxBytes)
    throw new ResultsError(
      `${file} has ${Math.ceil(bytes.length / 1024 ** 2)} MB, more than the ${maxBytes / 1024 ** 2} MB that are read: write the results to several files.`,
    );
  const encoding = byteOrderMark(bytes) ?? declaredEncoding(bytes) ?? "utf-8";
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    throw new ResultsError(
      `${file}, line 1: the encoding ${oneLine(encoding, 40)} is not supported: write the results as UTF-8.`,
    );
  }
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? "utf-8" : undefined;
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 200));
  const declared = /^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']/.exec(start)?.[1]?.toLowerCase();
  // The declaration was read byte by byte, so the file cannot be what it says.
  return declared?.startsWith("utf-16") ? "utf-8" : declared;
}
