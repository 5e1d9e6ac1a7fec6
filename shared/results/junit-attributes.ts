// Producers of JUnit write its attributes in many ways, so these functions are lenient: an unreadable duration is 0, an unreadable time NaN.

/** The attributes of an element by their names in lower case without prefix; of two with the same name, the first. */
export function byLowerCase(attributes: Record<string, string>): Record<string, string> {
  const named: Record<string, string> = Object.create(null);
  for (const name in attributes) named[localName(name)] ??= attributes[name]!;
  return named;
}

/** `ns:testCase` is `testcase`. */
export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toLowerCase();
}

/** Milliseconds since 1970, or NaN. JUnit's times have no zone; our own are UTC. */
export function time(timestamp = ""): number {
  return Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(timestamp) ? `${timestamp}Z` : timestamp);
}

/** Surefire groups thousands ("1,234.5"); producers under some locales write a decimal comma ("0,003"). */
export function seconds(duration: string | undefined): number {
  const value = Number(duration?.includes(".") ? duration.replaceAll(",", "") : duration?.replace(",", "."));
  return value >= 0 && value <= longestSeconds ? value : 0;
}

/** About thirty years. A longer duration is an error of the producer, and would make all others invisible in a timeline. */
export const longestSeconds = 1e9;
