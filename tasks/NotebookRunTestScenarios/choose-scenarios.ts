import type { ArtifactManifest } from "../../shared/notebook/artifact/manifest.ts";
import { readScenarios, scenariosFile } from "../../shared/notebook/scenarios/read-scenarios.ts";
import type { Scenario } from "../../shared/notebook/scenarios/scenario.ts";
import { selectListed, selectNotebooks } from "../../shared/notebook/scenarios/select-scenarios.ts";
import type { Log } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { CommonInputs } from "./inputs.ts";

interface Deployed {
  /** Where, for the log. */
  place: string;
  artifact: Pick<ArtifactManifest, "name" | "version">;
  /** The notebooks of the artifact, as paths without extension. */
  notebooks: readonly string[];
  /** The text of the artifact's list of scenarios; undefined if it has none. */
  list: string | undefined;
}

/** Chooses among the scenarios of the deployed artifact. Fails if there are none, unless the input `allowEmpty` is true. */
export function chooseScenarios(
  { scenarios: choice, allowEmpty }: Pick<CommonInputs, "scenarios" | "allowEmpty">,
  { place, artifact: { name, version }, notebooks, list }: Deployed,
  log: Log,
): Scenario[] {
  const { scenarios, whyNone } =
    list === undefined ? selectNotebooks(notebooks, choice) : selectListed(readScenarios(list), choice);
  const source =
    list === undefined ? `the notebooks of ${name} ${version}` : `${scenariosFile} of ${name} ${version}`;
  if (whyNone === undefined) {
    log.outside(
      `Found ${scenarios.length} ${scenarios.length === 1 ? "scenario" : "scenarios"} in ${source}, deployed in ${place}.`,
    );
    return scenarios;
  }
  if (!allowEmpty)
    throw new Error(
      couldNot(
        `find a test scenario in ${source}`,
        whyNone.reason,
        whyNone.advice.endsWith("?")
          ? whyNone.advice
          : `${whyNone.advice}, or set allowEmpty to true if there need not be any`,
      ),
    );
  log.outside(`Found no test scenario in ${source}: ${whyNone.reason}. allowEmpty permits that.`);
  return [];
}
