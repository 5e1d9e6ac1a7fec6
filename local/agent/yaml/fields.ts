import { checkExpression } from "../expressions/evaluate.ts";
import { PipelineError, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from "./node.ts";

/** Status functions and when they are known: conditions have them, `$[ ]` in variables does not. */
export const statusFunctions = ["always", "succeeded", "failed", "succeededorfailed", "canceled"];

/** Reads a map's fields one by one and says which it does not know, with their places. */
export class Fields {
  readonly #entries: Map<string, YamlEntry>;

  readonly map: YamlMap;
  readonly what: string;

  constructor(map: YamlMap, what: string, known: readonly string[]) {
    this.map = map;
    this.what = what;
    this.#entries = new Map(map.entries.map((each) => [each.key.value, each]));
    for (const { key } of map.entries)
      if (!known.includes(key.value))
        throw new PipelineError(key.at, `${key.value || "an empty key"} is not supported in ${what}`);
  }

  static of(node: YamlNode, what: string, known: readonly string[]): Fields {
    if (node.kind !== "map") throw new PipelineError(node.at, `${what} must be a map of keys and values`);
    return new Fields(node, what, known);
  }

  node(name: string): YamlNode | undefined {
    const value = this.#entries.get(name)?.value;
    return value?.kind === "scalar" && value.value === "" ? undefined : value;
  }

  scalar(name: string): YamlScalar | undefined {
    const node = this.node(name);
    if (node && node.kind !== "scalar") throw new PipelineError(node.at, `${name} must be text`);
    return node;
  }

  text(name: string): string | undefined {
    return this.scalar(name)?.value;
  }

  boolean(name: string, otherwise: boolean): boolean {
    const node = this.scalar(name);
    if (!node) return otherwise;
    const value = { true: true, false: false }[node.value.toLowerCase()];
    if (value === undefined)
      throw new PipelineError(node.at, `${name} must be true or false, not ${JSON.stringify(node.value)}`);
    return value;
  }

  /** Whole minutes or a count; 0 or nothing given is undefined. */
  count(name: string): number | undefined {
    const node = this.scalar(name);
    if (!node) return undefined;
    const value = Number(node.value);
    if (!Number.isFinite(value) || value < 0)
      throw new PipelineError(node.at, `${name} must be a number, not ${JSON.stringify(node.value)}`);
    return value === 0 ? undefined : value;
  }

  /** A name: letters, digits and underscores, for it becomes part of variables. */
  name(name: string): string | undefined {
    const node = this.scalar(name);
    if (node && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(node.value))
      throw new PipelineError(
        node.at,
        `${name} must be letters, digits and underscores, not ${JSON.stringify(node.value)}`,
      );
    return node?.value;
  }

  condition(): string | undefined {
    const node = this.scalar("condition");
    if (!node) return undefined;
    try {
      checkExpression(node.value, statusFunctions);
    } catch (error) {
      throw new PipelineError(node.at, `condition: ${(error as Error).message}`);
    }
    return node.value;
  }

  /** One name or a list of them; undefined where nothing is given, empty for `[]`. */
  names(name: string): YamlScalar[] | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    const node = entry.value;
    if (node.kind === "scalar") return node.value === "" ? [] : [node];
    if (node.kind === "map") throw new PipelineError(node.at, `${name} must be a name or a list of names`);
    return node.items.map((item) => {
      if (item.kind !== "scalar") throw new PipelineError(item.at, `${name} must be a list of names`);
      return item;
    });
  }

  list(name: string): YamlNode[] | undefined {
    const node = this.node(name);
    if (node && node.kind !== "list") throw new PipelineError(node.at, `${name} must be a list`);
    return node?.items;
  }

  /** A map of text, such as env or inputs. */
  texts(name: string): Record<string, string> {
    const node = this.node(name);
    if (!node) return {};
    if (node.kind !== "map") throw new PipelineError(node.at, `${name} must be a map of names and values`);
    return Object.fromEntries(
      node.entries.map(({ key, value }) => {
        if (value.kind !== "scalar") throw new PipelineError(value.at, `${key.value} must be text`);
        return [key.value, value.value];
      }),
    );
  }
}
