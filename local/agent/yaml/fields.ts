import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { checkExpression } from "../expressions/evaluate.ts";
import { conditionPlace } from "../expressions/places.ts";
import { PipelineError, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from "./node.ts";

/** The fields of a map, each read as its type. A field that is not known is an error with its place. */
export class Fields {
  readonly #entries: Map<string, YamlEntry>;

  readonly map: YamlMap;

  /** @param where what the map describes, for messages: `a job` */
  constructor(map: YamlMap, where: string, known: readonly string[]) {
    this.map = map;
    this.#entries = new Map(map.entries.map((each) => [each.key.value, each]));
    for (const { key } of map.entries) checkKey(key, where, known);
  }

  /** @throws PipelineError if the node is not a map */
  static of(node: YamlNode, where: string, known: readonly string[]): Fields {
    if (node.kind !== "map") throw new PipelineError(node.at, `${where} must be a map of keys and values`);
    return new Fields(node, where, known);
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

  boolean(name: string, defaultValue: boolean): boolean {
    const node = this.scalar(name);
    if (!node) return defaultValue;
    const value = { true: true, false: false }[node.value.toLowerCase()];
    if (value === undefined)
      throw new PipelineError(node.at, `${name} must be true or false, not ${JSON.stringify(node.value)}`);
    return value;
  }

  /** A number of minutes or of attempts; undefined for 0, as for a field that is not given. */
  count(name: string): number | undefined {
    const node = this.scalar(name);
    if (!node) return undefined;
    const value = Number(node.value);
    if (!Number.isFinite(value) || value < 0)
      throw new PipelineError(node.at, `${name} must be a number, not ${JSON.stringify(node.value)}`);
    return value === 0 ? undefined : value;
  }

  /** A reference name: letters, digits and underscores, because it becomes a part of variable names. */
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
      checkExpression(node.value, conditionPlace);
    } catch (error) {
      throw new PipelineError(node.at, `condition: ${(error as Error).message}`);
    }
    return node.value;
  }

  /** One name or a list of them; undefined if the field is not given, empty for `[]`. */
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

  /** A map of names and texts, such as `env` and `inputs`. */
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

/** @throws PipelineError with the nearest known key, or with all of them, if the key is not known */
export function checkKey({ value, at }: YamlScalar, where: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  if (value === "") throw new PipelineError(at, `a key in ${where} is empty; give it a name`);
  const advice = `supported keys are ${known.join(", ")}`;
  throw new PipelineError(
    at,
    `the key "${value}" is not supported in ${where}; ${didYouMean(value, known, advice)}`,
  );
}
