/** A JSON object or list in one line, of which only the white space between its parts is left out; undefined if the text is neither. */
export function flatJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== "object") return undefined;
  } catch {
    return undefined;
  }
  // Parsing and writing it anew would change long numbers and names that occur twice.
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string?: string) => string ?? "");
}
