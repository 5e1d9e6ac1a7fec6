import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { checkExpression } from "../expressions/evaluate.ts";
import { conditionPlace } from "../expressions/places.ts";
import {
  PipelineError,
  UnsupportedError,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from "./node.ts";
import type { Problems } from "./problems.ts";

/** What a map may contain. */
export interface KnownKeys {
  supported: readonly string[];
  /** Keys of Azure Pipelines that the local agent does not support, each with what to do. */
  unsupported?: Record<string, string>;
}

/**
 * The fields of a map, each read as its type. A field that is not known, or of another type, is a problem with its place: it is collected if
 * there are `problems` to collect it in, and else thrown.
 */
export class Fields {
  readonly #entries: Map<string, YamlEntry>;
  readonly #problems: Problems | undefined;

  readonly map: YamlMap;

  /** @param where what the map describes, for messages: `a job` */
  constructor(map: YamlMap, where: string, known: readonly string[] | KnownKeys, problems?: Problems) {
    this.map = map;
    this.#problems = problems;
    this.#entries = new Map(map.entries.map((each) => [each.key.value, each]));
    const keys: KnownKeys = "supported" in known ? known : { supported: known };
    for (const { key } of map.entries) this.#try(() => checkKey(key, where, keys), undefined);
  }

  /** @throws PipelineError if the node is not a map */
  static of(
    node: YamlNode,
    where: string,
    known: readonly string[] | KnownKeys,
    problems?: Problems,
  ): Fields {
    if (node.kind !== "map") throw new PipelineError(node.at, `${where} must be a map of keys and values`);
    return new Fields(node, where, known, problems);
  }

  /** Whether the key is there, with whatever value. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  node(name: string): YamlNode | undefined {
    const value = this.#entries.get(name)?.value;
    return value?.kind === "scalar" && value.value === "" ? undefined : value;
  }

  scalar(name: string): YamlScalar | undefined {
    const node = this.node(name);
    if (node === undefined || node.kind === "scalar") return node;
    return this.#try(() => {
      throw new PipelineError(node.at, `${name} must be text`);
    }, undefined);
  }

  text(name: string): string | undefined {
    return this.scalar(name)?.value;
  }

  boolean(name: string, defaultValue: boolean): boolean {
    const node = this.scalar(name);
    if (!node) return defaultValue;
    return this.#try(() => {
      // All that Azure Pipelines takes: https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/boolean
      if (/^(true|y|yes|on)$/i.test(node.value)) return true;
      if (/^(false|n|no|off)$/i.test(node.value)) return false;
      refuseRuntimeValue(node, name);
      throw new PipelineError(node.at, `${name} must be true or false, not ${JSON.stringify(node.value)}`);
    }, defaultValue);
  }

  /** A number of minutes or of attempts; undefined for 0, as for a field that is not given. */
  count(name: string): number | undefined {
    const node = this.scalar(name);
    if (!node) return undefined;
    const value = Number(node.value);
    return this.#try(() => {
      if (Number.isFinite(value) && value >= 0) return value === 0 ? undefined : value;
      refuseRuntimeValue(node, name);
      throw new PipelineError(node.at, `${name} must be a number, not ${JSON.stringify(node.value)}`);
    }, undefined);
  }

  /** A reference name: letters, digits and underscores, because it becomes a part of variable names. */
  name(name: string): string | undefined {
    const node = this.scalar(name);
    return this.#try(() => {
      if (node && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(node.value))
        throw new PipelineError(
          node.at,
          `${name} must be letters, digits and underscores, not ${JSON.stringify(node.value)}`,
        );
      return node?.value;
    }, node?.value);
  }

  condition(): string | undefined {
    const node = this.scalar("condition");
    if (!node) return undefined;
    return this.#try(() => {
      try {
        checkExpression(node.value, conditionPlace);
      } catch (error) {
        throw new PipelineError(node.at, `condition: ${(error as Error).message}`);
      }
      return node.value;
    }, undefined);
  }

  /** One name or a list of them; undefined if the field is not given, empty for `[]`. */
  names(name: string): YamlScalar[] | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    const node = entry.value;
    if (node.kind === "scalar") return node.value === "" ? [] : [node];
    return this.#try(() => {
      if (node.kind === "map") throw new PipelineError(node.at, `${name} must be a name or a list of names`);
      return node.items.map((item) => {
        if (item.kind !== "scalar") throw new PipelineError(item.at, `${name} must be a list of names`);
        return item;
      });
    }, []);
  }

  list(name: string): YamlNode[] | undefined {
    const node = this.node(name);
    if (node === undefined || node.kind === "list") return node?.items;
    return this.#try(() => {
      throw new PipelineError(node.at, `${name} must be a list`);
    }, []);
  }

  /** A map of names and texts, such as `env` and `inputs`. */
  texts(name: string): Record<string, string> {
    const node = this.node(name);
    if (!node) return {};
    return this.#try(() => {
      if (node.kind !== "map") throw new PipelineError(node.at, `${name} must be a map of names and values`);
      return Object.fromEntries(
        node.entries.map(({ key, value }) => {
          if (value.kind !== "scalar") throw new PipelineError(value.at, `${key.value} must be text`);
          return [key.value, value.value];
        }),
      );
    }, {});
  }

  #try<T>(read: () => T, otherwise: T): T {
    if (this.#problems === undefined) return read();
    const found = this.#problems.attempt(() => ({ value: read() }));
    return found === undefined ? otherwise : found.value;
  }
}

/** @throws UnsupportedError for a value that is only known while the pipeline runs */
function refuseRuntimeValue({ value, at }: YamlScalar, name: string): void {
  if (/\$\(|\$\[/.test(value))
    throw new UnsupportedError(
      at,
      `${name} is ${JSON.stringify(value)}, which is only known while the pipeline runs; write the value itself, or use a template expression`,
    );
}

/** @throws PipelineError with the nearest known key, or with all of them, if the key is not known */
export function checkKey(
  { value, at }: YamlScalar,
  where: string,
  known: readonly string[] | KnownKeys,
): void {
  const { supported, unsupported = {} }: KnownKeys = "supported" in known ? known : { supported: known };
  if (supported.includes(value)) return;
  if (value === "") throw new PipelineError(at, `a key in ${where} is empty; give it a name`);
  if (Object.hasOwn(unsupported, value))
    throw new UnsupportedError(
      at,
      `the key "${value}" is not supported in ${where} by the local agent; ${unsupported[value]}`,
    );
  const advice = `supported keys are ${supported.join(", ")}`;
  const all = [...supported, ...Object.keys(unsupported)];
  throw new PipelineError(
    at,
    `the key "${value}" is not supported in ${where}; ${didYouMean(value, all, advice)}`,
  );
}
