import { isScalar, isSeq, type Node } from "yaml";
import { couldNot } from "../../text/could-not.ts";
import {
  CheckedYaml,
  describeProblems,
  type Entry,
  maxYamlKilobytes,
  type Problem,
  quoted,
} from "../../yaml/checked-yaml.ts";
import { pathProblem } from "../artifact/paths.ts";
import type { JobReference, Scenario, ScenarioRun } from "./scenario.ts";

/** The list of scenarios, in the root of an artifact. */
export const scenariosFile = "notebook-scenarios.yml";

const maxScenarios = 1_000;
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
  if (content.length > maxYamlKilobytes * 1024)
    throw new ScenariosError(
      couldNot(
        `read ${scenariosFile}`,
        `it is larger than ${maxYamlKilobytes} KB`,
        "divide its scenarios among several artifacts, and pass long parameters in a file or a table",
      ),
    );
  const { scenarios, problems } = new Reader().read(content);
  const found = describeProblems(problems, scenariosFile);
  if (found === undefined) return scenarios;
  const advice = found.advice ?? "correct the file, and publish and deploy the artifact again";
  throw new ScenariosError(couldNot("read the scenarios", found.cameBack, advice));
}

class Reader {
  readonly #yaml = new CheckedYaml();

  read(content: string): { scenarios: Scenario[]; problems: Problem[] } {
    const root = this.#yaml.parse(content);
    const entries = root === undefined ? undefined : this.#yaml.entries(root, "the file", rootKeys);
    const list = entries?.find(({ key }) => key === "scenarios");
    if (entries !== undefined && list === undefined && this.#yaml.problems.length === 0)
      this.#yaml.problems.push({
        line: 1,
        problem: `it has no list "scenarios"`,
        advice: `begin with "scenarios:"`,
      });
    const scenarios = list === undefined ? [] : this.#scenarios(list);
    return { scenarios, problems: this.#yaml.problems };
  }

  #scenarios(list: Entry): Scenario[] {
    const items = this.#yaml.list(list, "scenario", maxScenarios) ?? [];
    const found = items.flatMap(({ keyNode, value }) => {
      const node = value ?? keyNode;
      const scenario = this.#scenario(node);
      return scenario === undefined ? [] : [{ name: scenario.name, node, scenario }];
    });
    this.#yaml.requireUnique(found, "scenario");
    return found.map(({ scenario }) => scenario);
  }

  /** A scenario; undefined if it has a problem. */
  #scenario(node: Node): Scenario | undefined {
    const before = this.#yaml.problems.length;
    const entries = this.#yaml.entries(node, "a scenario", scenarioKeys);
    if (entries === undefined) return undefined;
    const entryOf = (key: string) => entries.find((entry) => entry.key === key);
    const name = this.#name(entryOf("name"), node);
    const run = this.#run(entryOf("notebook"), entryOf("job"), node);
    const timeoutMinutes = this.#yaml.integer(entryOf("timeoutMinutes"), { min: 1, max: maxTimeoutMinutes });
    const owner = this.#yaml.text(entryOf("owner"));
    const scenario = {
      name: name ?? "",
      run: run ?? { kind: "notebook", path: "" },
      parameters: this.#yaml.parameters(entryOf("parameters")),
      ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
      retries: this.#yaml.integer(entryOf("retries"), { min: 0, max: maxRetries }) ?? 0,
      tags: this.#tags(entryOf("tags")),
      ...(owner === undefined ? {} : { owner }),
      quarantined: this.#yaml.boolean(entryOf("quarantined")),
    } satisfies Scenario;
    return this.#yaml.problems.length > before ? undefined : scenario;
  }

  #name(entry: Entry | undefined, scenario: Node): string | undefined {
    if (entry === undefined) {
      this.#yaml.add(scenario, `a scenario has no name`, `add "name:"`);
      return undefined;
    }
    return this.#yaml.text(entry);
  }

  #run(notebook: Entry | undefined, job: Entry | undefined, scenario: Node): ScenarioRun | undefined {
    if ((notebook === undefined) === (job === undefined)) {
      const problem = notebook
        ? `a scenario has "notebook" and "job"`
        : `a scenario has no "notebook" or "job"`;
      this.#yaml.add(scenario, problem, "give each scenario either a notebook or a job");
      return undefined;
    }
    if (notebook !== undefined) {
      const path = this.#yaml.text(notebook);
      const reason = path === undefined ? undefined : pathProblem(path);
      if (reason !== undefined)
        this.#yaml.add(
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
      const name = this.#yaml.text(entry);
      return name === undefined ? undefined : { name };
    }
    this.#yaml.expect(entry, "the id or the name of a job");
    return undefined;
  }

  #tags(entry: Entry | undefined): string[] {
    if (entry === undefined) return [];
    const { value } = entry;
    const tags = isSeq(value)
      ? value.items.map((item) => (isScalar(item) ? item.value : undefined))
      : [undefined];
    if (tags.every((tag) => typeof tag === "string" && /^[\w.-]{1,60}$/.test(tag))) return tags as string[];
    this.#yaml.expect(
      entry,
      "a list of words of letters, digits, dots, dashes and underscores, such as [smoke]",
    );
    return [];
  }
}
