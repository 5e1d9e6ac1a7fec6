import sax from "sax";
import { couldNot } from "../text/could-not.ts";
import { oneLine } from "../text/plain-text.ts";
import { ResultsError } from "./results-error.ts";

/** 100,000 cases with traces are about 50 MB. V8 has no strings over 512 MB. */
const maxBytes = 256 * 1024 * 1024;
/** Producers nest suites at most as deep as folders. A file that nests deeper is made to exhaust its reader. */
const maxDepth = 100;
const chunkLength = 64 * 1024;

interface ElementHandler {
  open(name: string, attributes: Record<string, string>): void;
  text(text: string): void;
  close(name: string): void;
}

/**
 * Calls the handler for each part of an XML document. Refuses more than 256 MB, more than 100 levels, and a document type, so that there are
 * no entities but the five of XML.
 * @throws ResultsError with file and line if it is not a whole XML document.
 */
export function walkXml(content: string | Uint8Array, file: string, handler: ElementHandler): void {
  const text = typeof content === "string" ? content.replace(/^\uFEFF/, "") : decode(content, file);
  if (text.trim() === "")
    throw unreadable(
      file,
      "it is empty",
      "check that the tests wrote their results and are not still running",
    );
  const parser = sax.parser(true, { position: true });
  // sax cuts text nodes and refuses attributes over 64 KB; the whole document is bounded above.
  (parser as unknown as { bufferCheckPosition: number }).bufferCheckPosition = Number.POSITIVE_INFINITY;
  const at = () => `${file}, line ${parser.line + 1}`;
  let depth = 0;
  let hasRoot = false;
  const endsEarly = () =>
    unreadable(
      at(),
      "the file ends in the middle of its XML",
      "check whether the tests were stopped or the download is incomplete",
    );
  parser.onopentag = ({ name, attributes }) => {
    if (depth === 0 && /^html$/i.test(name)) throw isPage(file);
    if (++depth > maxDepth)
      throw unreadable(
        at(),
        `its elements are nested more than ${maxDepth} levels deep, unlike any test results`,
        "write the results again",
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
    throw unreadable(
      at(),
      "a document type (DOCTYPE) is refused, because its entities can exhaust the reader",
      "write the results without one",
    );
  };
  parser.onerror = (error) => {
    const reason = error.message.split("\n")[0]!;
    // A reference to a character that does not exist, such as &#0;, is kept as text.
    if (
      reason === "Invalid character entity" &&
      (parser as unknown as { entity: string }).entity.startsWith("#")
    ) {
      parser.resume();
      return;
    }
    if (/^(Unclosed root tag|Unexpected end)/.test(reason)) throw endsEarly();
    throw unreadable(at(), `it is not valid XML (${oneLine(reason, 120)})`, "write the results again");
  };
  for (let start = 0; start < text.length; start += chunkLength)
    parser.write(text.slice(start, start + chunkLength));
  parser.close();
  if (!hasRoot) throw endsEarly();
}

function isPage(file: string): ResultsError {
  return unreadable(
    file,
    "it is an HTML page and not XML, probably a sign-in page or an error page",
    "download the results again",
  );
}

/** @param source the file, perhaps with a line */
function unreadable(source: string, problem: string, advice: string): ResultsError {
  return new ResultsError(couldNot(`read ${source}`, problem, advice));
}

/** Decodes by the byte order mark, else by the encoding in the XML declaration, else as UTF-8. */
function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > maxBytes)
    throw unreadable(
      file,
      `it is ${Math.ceil(bytes.length / 1024 ** 2)} MB, and at most ${maxBytes / 1024 ** 2} MB are read`,
      "write the results to several files",
    );
  const encoding = byteOrderMark(bytes) ?? declaredEncoding(bytes) ?? "utf-8";
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    throw unreadable(
      `${file}, line 1`,
      `the encoding ${oneLine(encoding, 40)} is not supported`,
      "write the results as UTF-8",
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
  // The declaration could be read byte by byte, so the file is not UTF-16.
  return declared?.startsWith("utf-16") ? "utf-8" : declared;
}
