import { couldNot } from "../../../shared/text/could-not.ts";
import { isReadOnlyWhenPredefined } from "../commands/variable-rules.ts";
import { nameOfMember } from "../expressions/values.ts";
import { agentVariables } from "../task/task-environment.ts";
import { jobVariables } from "./predefined-variables.ts";
import type { RunContext } from "./run-context.ts";

/** Nobody can give a predefined variable another value when a run is queued. @throws Error with one sentence */
export function refuseReadOnly(
  given: Record<string, string> = {},
  predefined: Record<string, string> = {},
): void {
  for (const name of Object.keys(given))
    if (isPredefined(name, predefined))
      throw new Error(
        couldNot(
          `set the variable ${name}`,
          "it is predefined and read-only",
          "leave it out, or let the pipeline use a variable of its own",
        ),
      );
}

/** Tells of the variables in the pipeline's files whose values the predefined ones replace. */
export function warnOfIgnored({ pipeline, predefined, reporter }: RunContext): void {
  const definitions = [
    ...pipeline.variables,
    ...pipeline.stages.flatMap(({ variables, jobs }) => [
      ...variables,
      ...jobs.flatMap((job) => job.variables),
    ]),
  ];
  const places = new Map(definitions.map(({ name, at }) => [`${at.file}:${at.line}:${at.column}`, name]));
  for (const [place, name] of places)
    if (isPredefined(name, predefined))
      reporter.issue({
        type: "warning",
        message: `${place}: the variable ${name} is predefined and read-only, so Azure DevOps ignores this value, and this run too.`,
        properties: {},
      });
}

function isPredefined(name: string, predefined: Record<string, string>): boolean {
  const place = { stage: "", stageDisplay: "", job: "", jobDisplay: "", work: "", jobId: "" };
  const all = {
    ...predefined,
    ...agentVariables({ temp: "", work: "", sources: "" }),
    ...jobVariables(place),
  };
  return isReadOnlyWhenPredefined(name) && nameOfMember(all, name) !== undefined;
}
