// What a config may contain, declared once: `readConfig` checks a file by it, and the compiler checks it against the type of the config, so
// that a key which one of the two lacks does not compile.

declare const typeOf: unique symbol;

/** What one value of a config may be. `T` is its type, exactly: neither a wider nor a narrower one fits. */
export type Schema<T> = SchemaNode & { readonly [typeOf]?: (value: T) => T };

export type SchemaNode =
  | { readonly kind: "text" | "boolean" | "time" | "moment" | "file" | "anything" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "checked"; readonly problemOf: (value: string) => string | undefined }
  | ({ readonly kind: "number" } & NumberRange)
  | { readonly kind: "list" | "map"; readonly of: SchemaNode }
  | ObjectNode
  | { readonly kind: "textOrObject"; readonly object: ObjectNode }
  | { readonly kind: "variants"; readonly of: Readonly<Record<string, ObjectNode>> };

export interface ObjectNode {
  readonly kind: "object";
  readonly fields: Readonly<Record<string, FieldNode>>;
}

type FieldNode = SchemaNode | { readonly kind: "required"; readonly of: SchemaNode };

export interface NumberRange {
  readonly min: number;
  readonly max?: number;
  readonly isWhole?: boolean;
}

/** The fields of an object of the type `T`: all of them, the optional ones plain and the others `required`. */
export type Fields<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? Schema<Exclude<T[K], undefined>> : RequiredField<T[K]>;
};

interface RequiredField<T> {
  readonly kind: "required";
  readonly of: Schema<T>;
}

/** Text as it is written: `1.10` needs no quotes, as in a pipeline. */
export const text: Schema<string> = { kind: "text" };
export const boolean: Schema<boolean> = { kind: "boolean" };
/** ISO 8601, or seconds since 1970. */
export const time: Schema<string | number> = { kind: "time" };
/** ISO 8601, or relative to the start of the workspace such as `-2d`. */
export const moment: Schema<string> = { kind: "moment" };
/** The path of a file, relative to the config; it is read as an absolute one. */
export const file: Schema<string> = { kind: "file" };
/** Text, or any other YAML value. */
export const anything: Schema<unknown> = { kind: "anything" };
/** Text of a form of its own. `problemOf` returns what is wrong with it and what to write, without secrets that are in it. */
export const checked = (problemOf: (value: string) => string | undefined): Schema<string> => ({
  kind: "checked",
  problemOf,
});
export const number = (range: NumberRange): Schema<number> => ({ kind: "number", ...range });
export const choice = <T extends string>(...choices: readonly T[]): Schema<T> => ({
  kind: "choice",
  choices,
});
/** true, false, or one of some words. */
export const booleanOrChoice = <T extends string>(...choices: readonly T[]): Schema<boolean | T> => ({
  kind: "choice",
  choices: ["true", "false", ...choices],
});
export const list = <T>(of: Schema<T>): Schema<T[]> => ({ kind: "list", of });
/** Any keys, each with a value of one kind. */
export const map = <T>(of: Schema<T>): Schema<Record<string, T>> => ({ kind: "map", of });
export const object = <T extends object>(fields: NoInfer<Fields<T>>): Schema<T> & ObjectNode => ({
  kind: "object",
  fields: fields as Readonly<Record<string, FieldNode>>,
});
export const textOrObject = <T extends object>(fields: NoInfer<Fields<T>>): Schema<string | T> => ({
  kind: "textOrObject",
  object: object(fields),
});
/** An object whose key `type` says which other keys it may have. */
export const variants = <T extends { type: string }>(
  of: NoInfer<{ [K in T["type"]]: Fields<Omit<Extract<T, { type: K }>, "type">> }>,
): Schema<T> => {
  const type = required(choice(...Object.keys(of)));
  const nodes = Object.entries<object>(of).map(([name, fields]) => [
    name,
    { kind: "object", fields: { type, ...fields } } as ObjectNode,
  ]);
  return { kind: "variants", of: Object.fromEntries(nodes) };
};
export const required = <T>(of: Schema<T>): RequiredField<T> => ({ kind: "required", of });
