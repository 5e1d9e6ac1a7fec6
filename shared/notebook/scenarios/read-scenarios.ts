import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar, visit } from "yaml";
import { couldNot } from "../../text/could-not.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import { oneLine, plainText } from "../../text/plain-text.ts";
import { pathProblem } from "../artifact/paths.ts";
import type { JobReference, Scenario, ScenarioRun } from "./scenario.ts";

/** The list of scenarios, in the root of an artifact. */
export const scenariosFile = "notebook-scenarios.yml";

/** 1,000 scenarios with parameters are about 250 KB. */
const maxCharacters = 512 * 1024;
const maxScenarios = 1_000;
const maxName = 200;
const maxRetries = 10;
const maxTimeoutMinutes = 10_080;

const rootKeys = ["scenarios"];
const scenarioKeys = [
  "name",
  "notebook",
  "job",
  "parameters",
  "timeoutMinutes",
  "retries",
  "tags",
  "owner",
  "quarantined",
];

/** A list of scenarios that cannot be used. */
export class ScenariosError extends Error {
  override name = "ScenariosError";
}

/**
 * Reads the list of scenarios. Everyone who may write to the repository may write it, so nothing in it is taken for granted: every key and value
 * is checked, and aliases, which can make a small file large, are refused.
 * @throws ScenariosError that names the line of the first problem, and the lines of the others
 */
export function readScenarios(content: string): Scenario[] {
  if (content.length > maxCharacters)
    throw new ScenariosError(
      couldNot(
        `read ${scenariosFile}`,
        `it is larger than ${maxCharacters / 1024} KB`,
        "divide its scenarios among several artifacts, and pass long parameters in a file or a table",
      ),
    );
  const { scenarios, problems } = new Reader().read(content);
  const [first, ...others] = problems.sort((a, b) => a.line - b.line);
  if (first === undefined) return scenarios;
  const lines = [...new Set(others.map(({ line }) => line))].filter((line) => line !== first.line);
  const shown = lines.length > 10 ? [...lines.slice(0, 10), "…"] : lines;
  const more = lines.length > 0 ? ` (more problems in lines ${shown.join(", ")})` : "";
  throw new ScenariosError(
    couldNot(
      "read the scenarios",
      `${scenariosFile}:${first.line}: ${first.problem}${more}`,
      first.advice ?? "correct the file, and publish and deploy the artifact again",
    ),
  );
}

interface Problem {
  /** From 1. */
  line: number;
  problem: string;
  advice?: string;
}

interface Entry {
  key: string;
  keyNode: Node;
  value: Node | null;
}

class Reader {
  readonly #problems: Problem[] = [];
  readonly #lines = new LineCounter();

  read(content: string): { scenarios: Scenario[]; problems: Problem[] } {
    const root = this.#parse(content);
    const entries = root === undefined ? undefined : this.#entries(root, "the file", rootKeys);
    const list = entries?.find(({ key }) => key === "scenarios");
    if (entries !== undefined && list === undefined && this.#problems.length === 0)
      this.#problems.push({
        line: 1,
        problem: `it has no list "scenarios"`,
        advice: `begin with "scenarios:"`,
      });
    const scenarios = list === undefined ? [] : this.#scenarios(list);
    return { scenarios, problems: this.#problems };
  }

  /** The root of the document; undefined if it cannot be read. */
  #parse(content: string): Node | null | undefined {
    try {
      const document = parseDocument(content, {
        lineCounter: this.#lines,
        prettyErrors: false,
        uniqueKeys: false, // each pair of keys would be compared; repeated keys are reported with the other problems
      });
      for (const { code, message, pos } of [...document.errors, ...document.warnings])
        this.#problems.push({
          line: this.#lines.linePos(pos[0]).line,
          problem:
            code === "MULTIPLE_DOCS"
              ? "it has more than one YAML document"
              : `it is not valid YAML (${oneLine(message, 200)})`,
        });
      visit(document, {
        Alias: (_key, node) => {
          this.#add(node, "it uses an alias", "write the value again in its place");
          return visit.BREAK;
        },
      });
      return this.#problems.length > 0 ? undefined : (document.contents as Node | null);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // The parser calls itself for each level.
      this.#problems.push({ line: 1, problem: "it is nested too deep" });
      return undefined;
    }
  }

  #scenarios({ keyNode, value }: Entry): Scenario[] {
    if (isSeq(value) && value.items.length > maxScenarios) {
      this.#add(value, `it has ${value.items.length} scenarios, and ${maxScenarios} are allowed`);
      return [];
    }
    if (isEmpty(value)) return [];
    if (!isSeq(value)) {
      this.#add(value ?? keyNode, `scenarios is not a list`, "begin each scenario with a dash");
      return [];
    }
    const lines = new Map<string, number>();
    return value.items.flatMap((item) => {
      const scenario = this.#scenario((item as Node | null) ?? keyNode);
      if (scenario === undefined) return [];
      const line = this.#lineOf(item as Node);
      const name = comparable(scenario.name);
      const other = lines.get(name);
      if (other !== undefined)
        this.#add(
          item as Node,
          `the scenario ${quoted(scenario.name)} has the name of the one in line ${other}`,
          "give each scenario a name of its own; upper and lower case count as the same",
        );
      else lines.set(name, line);
      return [scenario];
    });
  }

  /** A scenario; undefined if it has a problem. */
  #scenario(node: Node): Scenario | undefined {
    const before = this.#problems.length;
    const entries = this.#entries(node, "a scenario", scenarioKeys);
    if (entries === undefined) return undefined;
    const entryOf = (key: string) => entries.find((entry) => entry.key === key);
    const name = this.#name(entryOf("name"), node);
    const run = this.#run(entryOf("notebook"), entryOf("job"), node);
    const timeoutMinutes = this.#integer(entryOf("timeoutMinutes"), { min: 1, max: maxTimeoutMinutes });
    const owner = this.#text(entryOf("owner"));
    const scenario = {
      name: name ?? "",
      run: run ?? { kind: "notebook", path: "" },
      parameters: this.#parameters(entryOf("parameters")),
      ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
      retries: this.#integer(entryOf("retries"), { min: 0, max: maxRetries }) ?? 0,
      tags: this.#tags(entryOf("tags")),
      ...(owner === undefined ? {} : { owner }),
      quarantined: this.#boolean(entryOf("quarantined")),
    } satisfies Scenario;
    return this.#problems.length > before ? undefined : scenario;
  }

  #name(entry: Entry | undefined, scenario: Node): string | undefined {
    if (entry === undefined) {
      this.#add(scenario, `a scenario has no name`, `add "name:"`);
      return undefined;
    }
    return this.#text(entry);
  }

  #run(notebook: Entry | undefined, job: Entry | undefined, scenario: Node): ScenarioRun | undefined {
    if ((notebook === undefined) === (job === undefined)) {
      const problem = notebook
        ? `a scenario has "notebook" and "job"`
        : `a scenario has no "notebook" or "job"`;
      this.#add(scenario, problem, "give each scenario either a notebook or a job");
      return undefined;
    }
    if (notebook !== undefined) {
      const path = this.#text(notebook);
      const reason = path === undefined ? undefined : pathProblem(path);
      if (reason !== undefined)
        this.#add(
          notebook.value,
          `the notebook ${quoted(path!)} ${reason}`,
          "give its path in the artifact, without extension",
        );
      return path === undefined ? undefined : { kind: "notebook", path };
    }
    const reference = this.#job(job!);
    return reference && { kind: "job", job: reference };
  }

  #job(entry: Entry): JobReference | undefined {
    const { value } = entry;
    const id = isScalar(value) ? value.value : undefined;
    if (typeof id === "number" && Number.isSafeInteger(id) && id > 0) return { id };
    if (typeof id === "string") {
      const name = this.#text(entry);
      return name === undefined ? undefined : { name };
    }
    this.#expect(entry, "the id or the name of a job");
    return undefined;
  }

  #parameters(entry: Entry | undefined): Record<string, string> {
    const entries = entry && this.#entries(entry.value ?? entry.keyNode, "parameters");
    const values = (entries ?? []).map((parameter) => {
      const { key, value } = parameter;
      if (isScalar(value) && value.value !== null) return [key, textOf(value)] as const;
      this.#expect(parameter, `one value, or "" for none`, `parameters.${key}`);
      return [key, ""] as const;
    });
    return Object.fromEntries(values);
  }

  #tags(entry: Entry | undefined): string[] {
    if (entry === undefined) return [];
    const { value } = entry;
    const tags = isSeq(value)
      ? value.items.map((item) => (isScalar(item) ? item.value : undefined))
      : [undefined];
    if (tags.every((tag) => typeof tag === "string" && /^[\w.-]{1,60}$/.test(tag))) return tags as string[];
    this.#expect(entry, "a list of words of letters, digits, dots, dashes and underscores, such as [smoke]");
    return [];
  }

  #integer(entry: Entry | undefined, { min, max }: { min: number; max: number }): number | undefined {
    if (entry === undefined) return undefined;
    const value = isScalar(entry.value) ? entry.value.value : undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    this.#expect(entry, `a whole number from ${min} to ${max}`);
    return undefined;
  }

  #boolean(entry: Entry | undefined): boolean {
    if (entry === undefined) return false;
    const value = isScalar(entry.value) ? entry.value.value : undefined;
    if (typeof value === "boolean") return value;
    this.#expect(entry, "true or false");
    return false;
  }

  /** A line of text. */
  #text(entry: Entry | undefined): string | undefined {
    if (entry === undefined) return undefined;
    const value = isScalar(entry.value) ? entry.value.value : undefined;
    if (typeof value === "string" && value.trim() === value && value !== "" && value.length <= maxName)
      if (!/[\u2028\u2029\n\t]/.test(value) && plainText(value) === value) return value;
    this.#expect(
      entry,
      `a line of text of at most ${maxName} characters without invisible ones, in quotes if it looks like a number`,
    );
    return undefined;
  }

  /** The entries of a map; undefined, which is a problem, if the node is something else. @param known the keys that it may have */
  #entries(node: Node | null, what: string, known?: readonly string[]): Entry[] | undefined {
    if (!isMap(node)) {
      this.#add(node, `${what} is not a map of keys and values`);
      return undefined;
    }
    const seen = new Set<string>();
    return node.items.flatMap((item) => {
      const keyNode = item.key as Node;
      const key = isScalar(keyNode) ? textOf(keyNode) : "";
      const isKnown = known === undefined ? key !== "" : known.includes(key);
      if (!isKnown) {
        const advice = didYouMean(key, known ?? [], `use one of ${(known ?? []).join(", ")}`);
        this.#add(keyNode, `unknown key ${quoted(key)}`, known ? advice : "write a name");
        return [];
      }
      if (seen.has(key)) this.#add(keyNode, `the key ${quoted(key)} is there twice`, "remove one");
      seen.add(key);
      return [{ key, keyNode, value: item.value as Node | null }];
    });
  }

  #expect({ key, keyNode, value }: Entry, expected: string, name = key): void {
    const shown = isEmpty(value) ? "empty" : isScalar(value) ? quoted(textOf(value)) : "not a single value";
    this.#add(value ?? keyNode, `${oneLine(name, 80)} is ${shown}`, `give ${expected}`);
  }

  #add(node: Node | null, problem: string, advice?: string): void {
    this.#problems.push({ line: this.#lineOf(node), problem, ...(advice ? { advice } : {}) });
  }

  #lineOf(node: Node | null): number {
    return this.#lines.linePos(node?.range?.[0] ?? 0).line;
  }
}

/** The same for names that look the same: Unicode has several forms of an accented letter, and of a space. */
function comparable(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

/** A scalar as it is written: 1.10 is not 1.1. */
function textOf(node: Scalar): string {
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

function quoted(text: string): string {
  return JSON.stringify(oneLine(text, 80));
}
