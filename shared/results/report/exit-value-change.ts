import { oneLine } from "../../text/plain-text.ts";

/** A reader compares this many values by eye. */
const mostChanges = 12;

/**
 * What differs between two exit values that are JSON objects, such as `rows: 1461 → 1502`; undefined if they are not such objects, or differ
 * in too many values.
 */
export function exitValueChanges(before: string, after: string): string[] | undefined {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  if (!old || !now) return undefined;
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const changes = names.flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was === is) return [];
    return [
      `${oneLine(name, 80)}: ${was === undefined ? "not there" : oneLine(was, 120)} → ${is === undefined ? "not there" : oneLine(is, 120)}`,
    ];
  });
  return changes.length <= mostChanges ? changes : undefined;
}

function fieldsOf(text: string): Map<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value).map(([name, field]) => [name, JSON.stringify(field)]));
  } catch {
    return undefined;
  }
}
