/**
 * Whether a value is among those that a query lists; undefined if the query lists none. Clients send names in any case or, as
 * azure-devops-node-api does, numbers: `names` is by number. `all` matches every value.
 */
export function enumerationFilter(
  given: string | null,
  names: Readonly<Record<number, string>>,
): ((value: string) => boolean) | undefined {
  const items = (given ?? "").split(",").filter(Boolean);
  if (items.length === 0) return undefined;
  const wanted = items.map((item) => (names[Number(item)] ?? item).toLowerCase());
  return (value) => wanted.includes("all") || wanted.includes(value.toLowerCase());
}

/** As `enumerationFilter`, if a number may be the sum of several values. */
export function flagFilter(
  given: string | null,
  names: Readonly<Record<number, string>>,
): ((value: string) => boolean) | undefined {
  const items = (given ?? "").split(",").flatMap((item) => {
    if (!/^\d+$/.test(item)) return [item];
    return Object.entries(names).flatMap(([flag, name]) => (Number(item) & Number(flag) ? [name] : []));
  });
  return enumerationFilter(items.join(","), {});
}
