import {
  type ErrorCode,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from "yaml";
import { didYouMean } from "../text/did-you-mean.ts";
import { oneLine, plainText } from "../text/plain-text.ts";

/** The largest document that is read: 1,000 scenarios with parameters are about 250 KB. */
export const maxYamlKilobytes = 512;
/** The longest text of one line. */
const maxText = 200;
/** The longest name of a field in a message. */
const maxName = 80;

const tooDeep = "it is nested too deep";
/** By the code of an error of the parser. */
const reasons: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: "it has more than one YAML document",
  RESOURCE_EXHAUSTION: tooDeep, // the parser calls itself for each level
};

export interface Problem {
  /** From 1. */
  line: number;
  problem: string;
  advice?: string;
}

/** A value of the document, and where it is. */
export interface Entry {
  key: string;
  /** The name in messages: the keys that lead to it, such as `iterations[1].validate`. */
  path: string;
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
          problem: reasons[code] ?? `it is not valid YAML (${oneLine(message, 200)})`,
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
      this.problems.push({ line: 1, problem: tooDeep });
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

  /**
   * The entries of a map; undefined, which is a problem, if the node is something else.
   * @param known the keys that it may have
   * @param path the keys that lead to it; "" if messages need not say where it is
   */
  entries(node: Node | null, what: string, known?: readonly string[], path = ""): Entry[] | undefined {
    if (!isMap(node)) {
      this.add(node, `${what} is not a map of keys and values`);
      return undefined;
    }
    const seen = new Set<string>();
    return node.items.flatMap((item) => {
      const keyNode = item.key as Node;
      const key = isScalar(keyNode) ? textOf(keyNode) : "";
      const isKnown = known === undefined ? key !== "" : known.includes(key);
      const where = path === "" ? "" : ` in ${oneLine(path, maxName)}`;
      if (!isKnown) {
        const advice = didYouMean(key, known ?? [], `use one of ${(known ?? []).join(", ")}`);
        this.add(keyNode, `unknown key ${quoted(key)}${where}`, known ? advice : "write a name");
        return [];
      }
      if (seen.has(key)) this.add(keyNode, `the key ${quoted(key)}${where} is there twice`, "remove one");
      seen.add(key);
      return [{ key, path: path === "" ? key : `${path}.${key}`, keyNode, value: item.value as Node | null }];
    });
  }

  /** The items of a list; undefined, which is a problem, if the entry is something else. @param what an item, in the singular */
  list({ path, keyNode, value }: Entry, what: string, max: number): Entry[] | undefined {
    if (isEmpty(value)) return [];
    if (!isSeq(value)) {
      this.add(value ?? keyNode, `${path} is not a list`, `begin each ${what} with a dash`);
      return undefined;
    }
    if (value.items.length > max) {
      this.add(value, `it has ${value.items.length} ${what}s, and ${max} are allowed`);
      return undefined;
    }
    return value.items.map((item, index) => {
      const itemPath = `${path}[${index}]`;
      return { key: itemPath, path: itemPath, keyNode, value: item as Node | null };
    });
  }

  /** Values of widgets, as they are written. */
  parameters(entry: Entry | undefined): Record<string, string> {
    if (entry === undefined) return {};
    const entries = this.entries(entry.value ?? entry.keyNode, entry.path, undefined, entry.path);
    const values = (entries ?? []).map((parameter) => {
      const { key, value } = parameter;
      if (isScalar(value) && value.value !== null) return [key, textOf(value)] as const;
      this.expect(parameter, `one value, or "" for none`);
      return [key, ""] as const;
    });
    return Object.fromEntries(values);
  }

  /** Adds a problem for each name that an earlier item has. @param what an item, in the singular */
  requireUnique(items: readonly { name: string; node: Node | null }[], what: string): void {
    const lines = new Map<string, number>();
    for (const { name, node } of items) {
      const comparable = comparableName(name);
      const other = lines.get(comparable);
      if (other === undefined) lines.set(comparable, this.lineOf(node));
      else
        this.add(
          node,
          `the ${what} ${quoted(name)} has the name of the one in line ${other}`,
          `give each ${what} a name of its own; upper and lower case count as the same`,
        );
    }
  }

  expect({ path, keyNode, value }: Entry, expected: string): void {
    const shown = isEmpty(value) ? "empty" : isScalar(value) ? quoted(textOf(value)) : "not a single value";
    this.add(value ?? keyNode, `${oneLine(path, maxName)} is ${shown}`, `give ${expected}`);
  }

  add(node: Node | null, problem: string, advice?: string): void {
    this.problems.push({ line: this.lineOf(node), problem, ...(advice ? { advice } : {}) });
  }

  lineOf(node: Node | null): number {
    return this.#lines.linePos(node?.range?.[0] ?? 0).line;
  }
}

/** The problems as the end of a sentence, in which `file` and the line of the first come first; undefined if there are none. */
export function describeProblems(
  problems: readonly Problem[],
  file: string,
): { cameBack: string; advice?: string } | undefined {
  const [first, ...others] = [...problems].sort((a, b) => a.line - b.line);
  if (first === undefined) return undefined;
  const lines = [...new Set(others.map(({ line }) => line))].filter((line) => line !== first.line);
  const shown = lines.length > 10 ? [...lines.slice(0, 10), "…"] : lines;
  const more =
    lines.length > 0
      ? ` (more problems in ${shown.length === 1 ? "line" : "lines"} ${shown.join(", ")})`
      : "";
  return { cameBack: `${file}:${first.line}: ${first.problem}${more}`, advice: first.advice };
}

/** The same for names that look the same: Unicode has several forms of an accented letter, and of a space. */
function comparableName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
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
