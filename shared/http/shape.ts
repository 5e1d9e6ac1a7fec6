/**
 * What an answer must contain. A field whose name ends in `?` may be absent or null; a field that is not named may be anything.
 * `object` is an object of any content, `[shape]` a list of such items, `[shape, null]` one of them or null, `nothing` any object or no
 * content at all.
 */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  | "object"
  | "nothing"
  | readonly [Shape]
  | readonly [Shape, null]
  | { readonly [field: string]: Shape };

/** How an answer differs from the shape, as the end of `answered 200 …`; undefined if it has the shape. No content is undefined. */
export function mismatch(value: unknown, shape: Shape, path = ""): string | undefined {
  if (value === undefined) {
    if (shape === "nothing") return undefined;
    return path === "" ? "with no content" : `without ${path}`;
  }
  if (isNullable(shape)) return value === null ? undefined : mismatch(value, shape[0], path);
  const due = typeOf(shape);
  if (typeName(value) !== due)
    return `with ${articled(typeName(value))}${path === "" ? "" : ` as ${path}`} in place of ${articled(due)}`;
  if (isList(shape))
    return first((value as unknown[]).map((item, index) => mismatch(item, shape[0], `${path}[${index}]`)));
  if (typeof shape !== "object") return undefined;
  return first(
    Object.entries(shape).map(([key, field]) => {
      const name = key.replace(/\?$/, "");
      const content = (value as Record<string, unknown>)[name];
      if (key.endsWith("?") && (content === undefined || content === null)) return undefined;
      return mismatch(content, field, path === "" ? name : `${path}.${name}`);
    }),
  );
}

function first(problems: (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

function isNullable(shape: Shape): shape is readonly [Shape, null] {
  return Array.isArray(shape) && shape.length === 2;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function typeOf(shape: Shape): string {
  if (isList(shape)) return "list";
  return typeof shape === "object" || shape === "nothing" ? "object" : shape;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}

function articled(type: string): string {
  if (type === "null") return type;
  return `${type === "object" ? "an" : "a"} ${type}`;
}
