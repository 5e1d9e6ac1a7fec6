import { cutMiddle, oneLine, plainText, webAddress } from "../text/plain-text.ts";

/*
 * Text from outside stands in code alone: there, markdown knows no link, image, mention, work item or HTML, whichever
 * dialect reads it (Azure DevOps, GitHub). Backslashes would not do: autolinks and mentions are found after they are
 * gone.
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
 * The same in a cell of a table, where even code ends at a pipe. One behind a backslash gets a space before it, for
 * dialects differ on whether two backslashes escape the pipe.
 */
export function cellCode(text: string, limit = 120): string {
  return code(text, limit)
    .replace(/(?<=\\)\|/g, " |")
    .replaceAll("|", "\\|");
}

/** Lines of text from outside, as a block of code: its last `lastLines` lines. */
export function codeBlock(text: string, { language = "", lastLines = 40, limit = 8_000 } = {}): string {
  // The end is cut off before the whole is cleaned: an output may have 50 MB.
  const lines = plainText(text.slice(-limit * 4))
    .trimEnd()
    .split("\n");
  const shown = cutMiddle(lines.slice(-lastLines).join("\n"), limit);
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return [`${fence}${/^[a-z]+$/.test(language) ? language : ""}`, shown, fence].join("\n");
}

/** A link with words of our own; an address that no link may have gives nothing. */
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
