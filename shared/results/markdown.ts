import { cutMiddle, oneLine, plainText, webAddress } from "../text/plain-text.ts";

/*
 * Text from outside is always written as code, in which no dialect of markdown (Azure DevOps, GitHub) recognises links, images, mentions,
 * work items or HTML. Backslashes would not be enough: autolinks and mentions are recognised after backslashes are removed.
 */

/** One line of text from outside, as code. */
export function code(text: string, limit = 300): string {
  const line = oneLine(text, limit);
  if (line === "") return "";
  const fence = "`".repeat(longestRun(line) + 1);
  const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/**
 * The same for a cell of a table, which a pipe ends even in code. A pipe after a backslash gets a space before it, because dialects differ
 * on whether two backslashes escape it.
 */
export function cellCode(text: string, limit = 120): string {
  return code(text, limit)
    .replace(/(?<=\\)\|/g, " |")
    .replaceAll("|", "\\|");
}

/** The last `lastLines` lines of a text from outside, as a block of code. */
export function codeBlock(text: string, { language = "", lastLines = 40, limit = 8_000 } = {}): string {
  // Only the end is cleaned: an output may be 50 MB.
  const lines = plainText(text.slice(-limit * 4))
    .trimEnd()
    .split("\n");
  const shown = cutMiddle(lines.slice(-lastLines).join("\n"), limit);
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return [`${fence}${/^[a-z]+$/.test(language) ? language : ""}`, shown, fence].join("\n");
}

/** A link with our own words; "" if the address is not a web address. */
export function link(words: string, url: string | undefined): string {
  const address = webAddress(url);
  if (!address) return "";
  const escaped = address.replace(
    /[()<>\\|`]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `[${words}](${escaped})`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
