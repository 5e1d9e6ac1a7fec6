import { existsSync } from "node:fs";
import path from "node:path";
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { nearestName } from "../../../shared/text/nearest-name.ts";
import { momentMs } from "../moment.ts";
import type { NumberRange, ObjectNode, Schema, SchemaNode } from "./schema.ts";

export interface ConfigProblem {
  /** Counted from 1. */
  line: number;
  /** What is wrong; what to write instead. */
  message: string;
}

/**
 * Reads a config and checks it by its schema. The config is complete only if there are no problems.
 * @param folder the folder of the config, to which the paths in it are relative
 */
export function readConfig<T>(
  content: string,
  schema: Schema<T>,
  folder = process.cwd(),
): { config: T; problems: ConfigProblem[] } {
  const lines = new LineCounter();
  // Keys that are there twice are reported with the other problems.
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const problems = document.errors.map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    message: `invalid YAML (${message.replace(/\.$/, "")}); correct it.`,
  }));
  visit(document, {
    Alias: (_key, node) => {
      if (!node.resolve(document))
        problems.push({
          line: lines.linePos(node.range?.[0] ?? 0).line,
          message: `unknown anchor "${node.source}"; write &${node.source} before the value that it stands for.`,
        });
    },
  });
  if (problems.length > 0) return { config: {} as T, problems };
  const reader = new ConfigReader({
    resolve: (node) => (isAlias(node) ? (node.resolve(document) ?? null) : node),
    lineOf: (node) => lines.linePos(node?.range?.[0] ?? 0).line,
    valueOf: (node) => node?.toJS(document) ?? undefined,
    folder,
  });
  const config = reader.read(document.contents, schema, "") as T;
  return { config, problems: reader.problems.sort((a, b) => a.line - b.line) };
}

interface Entry {
  key: string;
  keyNode: Node;
  value: Node;
}

class ConfigReader {
  readonly problems: ConfigProblem[] = [];
  readonly #resolve: (node: Node | null) => Node | null;
  readonly #lineOf: (node: Node | null) => number;
  readonly #valueOf: (node: Node | null) => unknown;
  readonly #folder: string;

  constructor(source: {
    resolve: (node: Node | null) => Node | null;
    lineOf: (node: Node | null) => number;
    valueOf: (node: Node | null) => unknown;
    folder: string;
  }) {
    this.#resolve = source.resolve;
    this.#lineOf = source.lineOf;
    this.#valueOf = source.valueOf;
    this.#folder = source.folder;
  }

  /** The value of a node; undefined if it has none. `path` leads to it from the root. */
  read(given: Node | null, schema: SchemaNode, path: string): unknown {
    const node = this.#resolve(given);
    switch (schema.kind) {
      case "object":
        return this.#readObject(given, schema, path);
      case "textOrObject":
        return isMap(node)
          ? this.#readObject(given, schema.object, path)
          : this.#readScalar(given, { kind: "text" }, path);
      case "variants": {
        const type = isMap(node) ? node.get("type") : undefined;
        const variant = Object.hasOwn(schema.of, String(type)) ? schema.of[String(type)] : undefined;
        // An object of no known type is read as one of the first, which finds the problem with its type.
        return this.#readObject(given, variant ?? Object.values(schema.of)[0]!, path);
      }
      case "map":
        return Object.fromEntries(
          (this.#entries(given, path) ?? []).map(({ key, value }) => [
            key,
            this.read(value, schema.of, join(path, key)),
          ]),
        );
      case "list":
        if (isEmpty(node)) return [];
        if (!isSeq(node)) return this.#expect(given, path, "a list");
        return node.items.map((item, i) => this.read(item as Node | null, schema.of, `${path}[${i}]`));
      case "anything":
        return this.#valueOf(node);
      default:
        return this.#readScalar(given, schema, path);
    }
  }

  #readObject(given: Node | null, { fields }: ObjectNode, path: string): Record<string, unknown> | undefined {
    const entries = this.#entries(given, path);
    if (!entries) return undefined;
    const config: Record<string, unknown> = {};
    const misspelt = new Set<string | undefined>();
    for (const { key, keyNode, value } of entries) {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (!field) misspelt.add(this.#unknownKey(keyNode, key, path, Object.keys(fields)));
      // A key whose lines are all commented out is as good as absent.
      else if (!isEmpty(this.#resolve(value)))
        config[key] = this.read(value, field.kind === "required" ? field.of : field, join(path, key));
    }
    for (const [key, field] of Object.entries(fields))
      if (field.kind === "required" && !Object.hasOwn(config, key) && !misspelt.has(key))
        this.#add(given, `${path} has no "${key}"; add it.`);
    return config;
  }

  #readScalar(given: Node | null, schema: SchemaNode, path: string): unknown {
    const node = this.#resolve(given);
    if (!isScalar(node) || node.value === null) return this.#expect(given, path, expected(schema));
    if (schema.kind === "file") return this.#readFileName(node, path);
    if (schema.kind === "checked") {
      const problem = schema.problemOf(textOf(node));
      if (problem) this.#add(given, `${path}: ${problem}`);
      return textOf(node);
    }
    const { value } = node;
    const problem = problemOf(value, schema);
    if (problem) this.#add(given, `${path} is ${show(node)}; ${problem}`);
    return schema.kind === "text" ? textOf(node) : value;
  }

  #readFileName(node: Scalar, where: string): string {
    const file = path.resolve(this.#folder, textOf(node));
    if (!existsSync(file))
      this.#add(node, `${where} is ${show(node)}; there is no file ${file}, correct the path.`);
    return file;
  }

  /** The entries of a map; undefined if the node is something else, which is a problem unless it is empty. */
  #entries(given: Node | null, path: string): Entry[] | undefined {
    const node = this.#resolve(given);
    if (isEmpty(node)) return [];
    if (!isMap(node)) {
      return this.#expect(given, path, "a map of keys and values");
    }
    const seen = new Set<string>();
    return (node as YAMLMap<Node, Node | null>).items.flatMap(({ key: keyNode, value }) => {
      const resolved = this.#resolve(keyNode);
      if (!isScalar(resolved)) {
        this.#add(keyNode, `${path || "the config"} has a key that is not text; write text.`);
        return [];
      }
      const key = textOf(resolved);
      if (seen.has(key)) this.#add(keyNode, `${join(path, key)} is there twice; remove one.`);
      seen.add(key);
      return [{ key, keyNode, value: value ?? emptyAt(keyNode) }];
    });
  }

  /** @returns the key that is probably meant */
  #unknownKey(node: Node, key: string, path: string, known: readonly string[]): string | undefined {
    const nearest = nearestName(key, known);
    const advice = nearest === undefined ? `write one of ${known.join(", ")}.` : `did you mean "${nearest}"?`;
    this.#add(node, `unknown key ${JSON.stringify(key)}${path && ` in ${path}`}; ${advice}`);
    return nearest;
  }

  #expect(node: Node | null, path: string, expectation: string): undefined {
    this.#add(node, `${path || "the config"} is ${describe(this.#resolve(node))}; write ${expectation}.`);
  }

  #add(node: Node | null, message: string): void {
    this.problems.push({ line: this.#lineOf(node), message });
  }
}

/** What is wrong with a scalar, and what to write; undefined if nothing is. */
function problemOf(value: unknown, schema: SchemaNode): string | undefined {
  const isRight = () => {
    if (schema.kind === "text") return true;
    if (schema.kind === "boolean") return typeof value === "boolean";
    if (schema.kind === "time") return typeof value === "number" || !Number.isNaN(Date.parse(String(value)));
    if (schema.kind === "moment") return momentMs(String(value), 0) !== undefined;
    if (schema.kind === "choice") return schema.choices.includes(String(value));
    return schema.kind === "number" && isIn(value, schema);
  };
  if (isRight()) return undefined;
  const nearest = schema.kind === "choice" ? nearestName(String(value), schema.choices) : undefined;
  return nearest === undefined ? `write ${expected(schema)}.` : `did you mean "${nearest}"?`;
}

const isIn = (value: unknown, { min, max = Number.POSITIVE_INFINITY, isWhole }: NumberRange) =>
  typeof value === "number" &&
  Number.isFinite(value) &&
  value >= min &&
  value <= max &&
  (!isWhole || Number.isInteger(value));

function expected(schema: SchemaNode): string {
  if (schema.kind === "boolean") return "true or false";
  if (schema.kind === "time") return "a time such as 2030-01-31T12:00:00Z, or seconds since 1970";
  if (schema.kind === "moment")
    return "a time such as 2030-01-31T12:00:00Z, or one relative to the start such as -2d";
  if (schema.kind === "file") return "the path of a file, relative to the config";
  if (schema.kind === "number") {
    const range =
      schema.max === undefined ? `of ${schema.min} or more` : `from ${schema.min} to ${schema.max}`;
    return `a ${schema.isWhole ? "whole " : ""}number ${range}`;
  }
  if (schema.kind === "choice") return schema.choices.join(", ").replace(/, (?=[^,]*$)/, " or ");
  return 'text, or "" for none';
}

/** What a node is, without its text: it may be a secret. */
function describe(node: Node | null): string {
  if (isEmpty(node)) return "empty";
  if (isMap(node)) return "a map";
  if (isSeq(node)) return "a list";
  return isScalar(node) && typeof node.value === "string" ? "text" : "a single value";
}

const show = (node: Scalar) => (typeof node.value === "string" ? JSON.stringify(node.value) : textOf(node));

/** The value of a key that has none, as in `{ key }`. */
function emptyAt({ range }: Node): Node {
  const node = new Scalar(null);
  node.range = range ?? null;
  return node;
}

const isEmpty = (node: Node | null) => node === null || (isScalar(node) && node.value === null);

/** A scalar as it is written, as Azure Pipelines reads it: 1.10 is not 1.1. */
const textOf = (node: Scalar) =>
  typeof node.value === "string" ? node.value : (node.source ?? String(node.value));

function join(path: string, key: string): string {
  const shown = /^[\w.-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? shown : `${path}.${shown}`;
}
