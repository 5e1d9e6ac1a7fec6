import { couldNot } from "../../text/could-not.ts";
import { nearestName } from "../../text/nearest-name.ts";
import { selectPaths } from "../select-notebooks.ts";
import { scenariosFile } from "./read-scenarios.ts";
import { type Scenario, scenarioOfNotebook } from "./scenario.ts";

const correctInput = "correct the input 'scenarios'";

/** The lines of the input `scenarios`, which chooses among the scenarios of a folder. */
export interface ScenarioChoice {
  /** Globs and tags; those that begin with `!` exclude. */
  lines: readonly string[];
  /** The input has its default value, so that all scenarios of a list are chosen. */
  isDefault: boolean;
}

interface Selection {
  scenarios: Scenario[];
  /** Why there are none, and what to do. */
  whyNone?: { reason: string; advice: string };
}

/** Chooses scenarios of a folder that has a list of them. A line is a glob of names or notebooks, or `tag:` with a tag. */
export function selectListed(listed: readonly Scenario[], { lines, isDefault }: ScenarioChoice): Selection {
  return select(`choose scenarios of ${scenariosFile}`, listed, isDefault ? [] : lines);
}

/** Chooses notebooks of a folder without a list. */
export function selectNotebooks(paths: readonly string[], { lines }: ScenarioChoice): Selection {
  const attempted = "choose scenarios among the deployed notebooks, whose paths have no extension";
  const tag = lines.find((line) => tagOf(line) !== undefined);
  if (tag !== undefined)
    throw new Error(
      couldNot(
        attempted,
        `"${tag}" needs tags, and the deployed artifact has no ${scenariosFile}`,
        "give globs, or add that file to the artifact",
      ),
    );
  return select(attempted, paths.map(scenarioOfNotebook), lines);
}

/**
 * Fails if a line that includes matches nothing although others do: the scenarios that it was meant for would not be tested. Whether there may
 * be no scenario at all, the caller decides.
 */
function select(attempted: string, scenarios: readonly Scenario[], lines: readonly string[]): Selection {
  const included = lines.filter((line) => !line.startsWith("!"));
  const excluded = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const isIncluded = (scenario: Scenario) =>
    included.length === 0 || included.some((line) => matches(scenario, line));
  const chosen = scenarios.filter(
    (scenario) => isIncluded(scenario) && !excluded.some((line) => matches(scenario, line)),
  );
  const unmatched = included.find((line) => !scenarios.some((scenario) => matches(scenario, line)));
  const noMatch = unmatched !== undefined && {
    reason: `no scenario matches "${unmatched}"`,
    advice: adviceOn(unmatched, scenarios),
  };
  if (noMatch && chosen.length > 0) throw new Error(couldNot(attempted, noMatch.reason, noMatch.advice));
  if (chosen.length > 0) return { scenarios: chosen };
  const allExcluded = {
    reason: `${excluded.map((line) => `"!${line}"`).join(", ")} excludes all`,
    advice: correctInput,
  };
  const nothing = { reason: "there is none", advice: "add scenarios to the artifact" };
  return { scenarios: [], whyNone: scenarios.length === 0 ? nothing : noMatch || allExcluded };
}

function adviceOn(line: string, scenarios: readonly Scenario[]): string {
  const tag = tagOf(line);
  const known =
    tag === undefined
      ? scenarios.flatMap(namesOf)
      : scenarios.flatMap(({ tags }) => tags.map((each) => `tag:${each}`));
  const nearest = nearestName(line, known) ?? nearestName(line.replace(/\.[^./]*$/, ""), known);
  return nearest === undefined ? correctInput : `did you mean "${nearest}"?`;
}

function matches(scenario: Scenario, line: string): boolean {
  const tag = tagOf(line);
  if (tag !== undefined) return scenario.tags.includes(tag);
  const names = namesOf(scenario);
  return names.includes(line) || selectPaths(names, [line]).length > 0;
}

function namesOf({ name, run }: Scenario): string[] {
  return run.kind === "notebook" ? [name, run.path] : [name];
}

function tagOf(line: string): string | undefined {
  return /^!?tag:(.*)$/.exec(line)?.[1]?.trim();
}
