/** A test of a deployed version: a notebook or a job that is run once, and again after a failure if it has retries. */
export interface Scenario {
  /** Unique among the scenarios of a step, in any case. */
  name: string;
  run: ScenarioRun;
  /** Values of widgets, in addition to those of the step, which they replace. */
  parameters: Record<string, string>;
  /** Undefined for the limit of the step. */
  timeoutMinutes?: number;
  /** How often it is run again after a failure. */
  retries: number;
  tags: string[];
  /** Whom to ask. */
  owner?: string;
  /** Its failure is known, and does not count. */
  quarantined: boolean;
}

export type ScenarioRun =
  /** A notebook, by its path in the deployed folder without extension. */
  | { kind: "notebook"; path: string }
  /** A job of the workspace. */
  | { kind: "job"; job: JobReference };

export type JobReference = { id: number } | { name: string };

/** The scenario that is a notebook and nothing else: for a folder without a list of scenarios. */
export function scenarioOfNotebook(path: string): Scenario {
  return {
    name: path,
    run: { kind: "notebook", path },
    parameters: {},
    retries: 0,
    tags: [],
    quarantined: false,
  };
}
