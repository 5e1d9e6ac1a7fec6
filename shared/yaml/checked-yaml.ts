import { isMap, isScalar, LineCounter, type Node, parseDocument, type Scalar, visit } from "yaml";
import { didYouMean } from "../text/did-you-mean.ts";
import { oneLine, plainText } from "../text/plain-text.ts";

/** The longest text of one line. */
const maxText = 200;

export interface Problem {
  /** From 1. */
  line: number;
  problem: string;
  advice?: string;
}

export interface Entry {
  key: string;
  keyNode: Node;
  value: Node | null;
}

/** A YAML document that anyone may have written. Its readers return undefined for what they cannot use, and add it to the problems. */
export class CheckedYaml {
  /** In the order in which they were found. */
  readonly problems: Problem[] = [];
  readonly #lines = new LineCounter();

  /** The root of the document; undefined if it cannot be read. */
  parse(content: string): Node | null | undefined {
    try {
      const document = parseDocument(content, {
        lineCounter: this.#lines,
        prettyErrors: false,
        uniqueKeys: false, // each pair of keys would be compared; repeated keys are reported with the other problems
      });
      for (const { code, message, pos } of [...document.errors, ...document.warnings])
        this.problems.push({
          line: this.#lines.linePos(pos[0]).line,
          problem:
            code === "MULTIPLE_DOCS"
              ? "it has more than one YAML document"
              : `it is not valid YAML (${oneLine(message, 200)})`,
        });
      visit(document, {
        Alias: (_key, node) => {
          this.add(node, "it uses an alias", "write the value again in its place");
          return visit.BREAK;
        },
      });
      return this.problems.length > 0 ? undefined : (document.contents as Node | null);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // The parser calls itself for each level.
      this.problems.push({ line: 1, problem: "it is nested too deep" });
      return undefined;
    }
  }

  integer(entry: Entry | undefined, { min, max }: { min: number; max: number }): number | undefined {
    if (entry === undefined) return undefined;
    const value = isScalar(entry.value) ? entry.value.value : undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    this.expect(entry, `a whole number from ${min} to ${max}`);
    return undefined;
  }

  boolean(entry: Entry | undefined): boolean {
    if (entry === undefined) return false;
    const value = isScalar(entry.value) ? entry.value.value : undefined;
    if (typeof value === "boolean") return value;
    this.expect(entry, "true or false");
    return false;
  }

  /** A line of text. */
  text(entry: Entry | undefined): string | undefined {
    if (entry === undefined) return undefined;
    const value = isScalar(entry.value) ? entry.value.value : undefined;
    if (typeof value === "string" && value.trim() === value && value !== "" && value.length <= maxText)
      if (!/[\u2028\u2029\n\t]/.test(value) && plainText(value) === value) return value;
    this.expect(
      entry,
      `a line of text of at most ${maxText} characters without invisible ones, in quotes if it looks like a number`,
    );
    return undefined;
  }

  /** The entries of a map; undefined, which is a problem, if the node is something else. @param known the keys that it may have */
  entries(node: Node | null, what: string, known?: readonly string[]): Entry[] | undefined {
    if (!isMap(node)) {
      this.add(node, `${what} is not a map of keys and values`);
      return undefined;
    }
    const seen = new Set<string>();
    return node.items.flatMap((item) => {
      const keyNode = item.key as Node;
      const key = isScalar(keyNode) ? textOf(keyNode) : "";
      const isKnown = known === undefined ? key !== "" : known.includes(key);
      if (!isKnown) {
        const advice = didYouMean(key, known ?? [], `use one of ${(known ?? []).join(", ")}`);
        this.add(keyNode, `unknown key ${quoted(key)}`, known ? advice : "write a name");
        return [];
      }
      if (seen.has(key)) this.add(keyNode, `the key ${quoted(key)} is there twice`, "remove one");
      seen.add(key);
      return [{ key, keyNode, value: item.value as Node | null }];
    });
  }

  expect({ key, keyNode, value }: Entry, expected: string, name = key): void {
    const shown = isEmpty(value) ? "empty" : isScalar(value) ? quoted(textOf(value)) : "not a single value";
    this.add(value ?? keyNode, `${oneLine(name, 80)} is ${shown}`, `give ${expected}`);
  }

  add(node: Node | null, problem: string, advice?: string): void {
    this.problems.push({ line: this.lineOf(node), problem, ...(advice ? { advice } : {}) });
  }

  lineOf(node: Node | null): number {
    return this.#lines.linePos(node?.range?.[0] ?? 0).line;
  }
}

export function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

/** A scalar as it is written: 1.10 is not 1.1. */
export function textOf(node: Scalar): string {
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

export function quoted(text: string): string {
  return JSON.stringify(oneLine(text, 80));
}
