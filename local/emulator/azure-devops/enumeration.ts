import { refuse } from "./dialect.ts";

/** The names of an enumeration by their numbers. */
export type Enumeration = Readonly<Record<number, string>>;

/** A value of an enumeration in an answer: JSON has its name, or its number if the client asks for numbers. */
export class EnumerationValue {
  readonly name: string;
  readonly number: number | undefined;

  constructor(name: string, names: Enumeration) {
    this.name = name;
    const found = Object.entries(names).find(([, known]) => known === name);
    this.number = found && Number(found[0]);
  }

  toJSON(): string {
    return this.name;
  }
}

/**
 * Whether a value is among those that a parameter of the query lists; undefined if it lists none. Clients send names in any case or, as
 * azure-devops-node-api does, numbers. `all` matches every value. Refuses what is not of the enumeration.
 */
export function enumerationFilter(
  parameter: string,
  given: string | null,
  names: Enumeration,
): ((value: string) => boolean) | undefined {
  const known = ["all", "none", ...Object.values(names).map((name) => name.toLowerCase())];
  const wanted = itemsOf(given).map((item) => (names[Number(item)] ?? item).toLowerCase());
  const unknown = wanted.find((item) => !known.includes(item));
  if (unknown !== undefined) refuseValue(parameter, given);
  if (wanted.length === 0) return undefined;
  return (value) => wanted.includes("all") || wanted.includes(value.toLowerCase());
}

/** As `enumerationFilter`, if a number may be the sum of several values. */
export function flagFilter(
  parameter: string,
  given: string | null,
  names: Enumeration,
): ((value: string) => boolean) | undefined {
  const items = itemsOf(given).flatMap((item) => {
    if (!/^\d+$/.test(item)) return [item];
    const flags = Object.entries(names).filter(([flag]) => Number(item) & Number(flag));
    if (flags.length === 0 && item !== "0") refuseValue(parameter, given);
    return flags.map(([, name]) => name);
  });
  return enumerationFilter(parameter, items.join(","), names);
}

const itemsOf = (given: string | null) =>
  (given ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

function refuseValue(parameter: string, given: string | null): never {
  refuse(400, "VssPropertyValidationException", `The value '${given}' of ${parameter} is not valid.`);
}
