/** What a scan of JSON text found, however broken the text is. */
export interface ScannedKeys {
  /** Keys of the outermost objects. */
  top: Set<string>;
  /** The first key that one object has twice; of two values a parser keeps one alone. */
  repeated?: string;
}

/**
 * Scans text that is meant as JSON for keys, whether or not it can be parsed: it may be cut off, or followed by something else. Strings
 * may be in single quotes, as in what str() gives of a dictionary in Python.
 */
export function scanKeys(text: string): ScannedKeys {
  const found: ScannedKeys = { top: new Set() };
  /** Open containers: the keys of an object, undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let string: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"' || character === "'") {
      const end = endOfString(text, at);
      string = text.slice(at, end);
      at = end - 1;
    } else if (character === ":") {
      const keys = open.at(-1);
      if (keys && string !== undefined) {
        const key = unquoted(string);
        if (keys.has(key)) found.repeated ??= key;
        keys.add(key);
        if (open.length === 1) found.top.add(key);
      }
      string = undefined;
    } else if (!/\s/.test(character)) {
      string = undefined;
      if (character === "{") open.push(new Set());
      else if (character === "[") open.push(undefined);
      else if (character === "}" || character === "]") open.pop();
    }
  }
  return found;
}

/** Where the string that begins at `start` has ended. */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at + 1;
  }
  return text.length;
}

function unquoted(quoted: string): string {
  const inner = quoted.slice(1, -1);
  try {
    return String(JSON.parse(`"${quoted.startsWith("'") ? inner.replaceAll('"', '\\"') : inner}"`));
  } catch {
    return inner;
  }
}
