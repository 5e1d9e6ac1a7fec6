/** A reader does not look at more marks in one text. */
const mostMarks = 500;

interface MarkedPart {
  /** Where it is in the text. */
  at: number;
  text: string;
  isMarked: boolean;
}

/** The parts of a text; those that are one of the words, in any case, are marked. @param words in lower case */
export function markedParts(text: string, words: readonly string[]): MarkedPart[] {
  if (words.length === 0) return [{ at: 0, text, isMarked: false }];
  const pattern = new RegExp(
    words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"),
    "gi",
  );
  const parts: MarkedPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index > end) parts.push({ at: end, text: text.slice(end, index), isMarked: false });
    parts.push({ at: index, text: found, isMarked: true });
    end = index + found.length;
    if (parts.length > 2 * mostMarks) break;
  }
  if (end < text.length) parts.push({ at: end, text: text.slice(end), isMarked: false });
  return parts;
}
