/** The keys in a JSON text, which may be invalid. */
interface ScannedKeys {
  /** The keys of the outermost objects. */
  top: Set<string>;
  /** The first key that an object has twice, of which a parser would keep one value only. */
  repeated?: string;
}

/**
 * Finds the keys in a text that is meant as JSON, whether or not it can be parsed: it may be cut off, or have other text after it. Strings
 * may be in single quotes, as when Python's str() is called on a dictionary.
 */
export function scanKeys(text: string): ScannedKeys {
  const found: ScannedKeys = { top: new Set() };
  /** For each open object its keys, for each open list undefined. */
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

/** The offset after the string that begins at `start`. */
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
