// Results contain text that others wrote: test names, exit values, traces. Everything that shows them uses these functions.

/** CSI and OSC sequences, then any other two-character escape: https://ecma-international.org/publications-and-standards/standards/ecma-48/ */
const escapeSequence =
  /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\n\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|[ -/]*[0-~])?/g;

/**
 * Text without what a terminal or a browser would act on: escape sequences, control characters, and the format
 * characters that reorder or hide the text around them (bidirectional overrides). Tab and line feed stay; CR and CRLF
 * become line feeds.
 */
export function plainText(text: string): string {
  if (!/[^\P{C}\t\n]/u.test(text)) return text;
  return text
    .replace(/\r\n?/g, "\n")
    .replace(escapeSequence, "")
    .replace(/(?![\t\n]|\u200d)[\p{Cc}\p{Cf}\p{Cs}]/gu, "");
}

/** At most `limit` characters: start and end stay, since the cause of a trace is at one of them. */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const left = wellFormed(text.slice(0, half));
  const right = wellFormed(text.slice(text.length - half));
  return `${left}\n… ${text.length - 2 * half} characters left out …\n${right}`;
}

/** At most `limit` characters, in one line. */
export function oneLine(text: string, limit: number): string {
  // A line of 10 MB is cut before it is cleaned: only its start can be shown.
  const line = plainText(text.slice(0, limit * 4))
    .replace(/\s+/g, " ")
    .trim();
  return line.length > limit ? `${wellFormed(line.slice(0, limit - 1))}…` : line;
}

/** Cutting between the halves of a surrogate pair leaves a lone one, which UTF-8 cannot hold. */
function wellFormed(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
}

/** The address if a link may have it, else undefined: `javascript:` and the like never become links. */
export function webAddress(url: string | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const address = new URL(url);
  return address.protocol === "https:" || address.protocol === "http:" ? address.href : undefined;
}
