import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { tryNumber, tryText } from "./convert.ts";
import { isObject, nameOfMember, type Value, type ValueObject } from "./values.ts";

/** Results of `a.*`: a member of such a list is the list of that member of each item. */
const filteredArrays = new WeakSet<object>();
const strictObjects = new WeakSet<object>();

/** Makes it an error to refer to a member that an object does not have: Key not found '<name>'. */
export function withoutUnknownMembers(object: ValueObject): ValueObject {
  strictObjects.add(object);
  return object;
}

/** `a.*` */
export function allMembers(value: Value): Value {
  const items = isFiltered(value) ? value.flatMap(itemsOf) : itemsOf(value);
  filteredArrays.add(items);
  return items;
}

/** `a.b` or `a[b]`: null if there is no such member. */
export function member(value: Value, key: Value): Value {
  if (!isFiltered(value)) return ownMember(value, key) ?? null;
  const found = value.map((item) => ownMember(item, key)).filter((item) => item !== undefined);
  filteredArrays.add(found);
  return found;
}

function isFiltered(value: Value): value is readonly Value[] {
  return Array.isArray(value) && filteredArrays.has(value);
}

function itemsOf(value: Value): Value[] {
  return Array.isArray(value) ? [...value] : isObject(value) ? Object.values(value) : [];
}

function ownMember(value: Value, key: Value): Value | undefined {
  if (Array.isArray(value)) {
    const index = tryNumber(key);
    return index === undefined || index < 0 ? undefined : value[Math.floor(index)];
  }
  const name = tryText(key);
  if (!isObject(value) || name === undefined) return undefined;
  const found = nameOfMember(value, name);
  if (found !== undefined) return value[found];
  if (!strictObjects.has(value)) return undefined;
  const names = Object.keys(value);
  throw new Error(
    `there is no parameter ${name}; ${didYouMean(name, names, `there are ${names.join(", ") || "none"}`)}`,
  );
}
