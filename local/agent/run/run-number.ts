import { problemOfRunNumber } from "../commands/command-values.ts";
import type { VariableStore } from "../variables.ts";
import { PipelineError } from "../yaml/node.ts";
import type { Pipeline } from "../yaml/pipeline.ts";

/* https://learn.microsoft.com/azure/devops/pipelines/process/run-number */

const defaultFormat = "$(Date:yyyyMMdd)$(Rev:.r)";

const tokenPattern = /\$\(([^()]+)\)/g;

const two = (value: number) => String(value).padStart(2, "0");

/** @throws PipelineError if Azure DevOps does not allow the number */
export function numberOf({ name }: Pipeline, now: Date, variables: VariableStore): string {
  const number = runNumber(name?.value, now, (variable) =>
    variables.find(variable)?.secret ? undefined : variables.get(variable),
  );
  const problem = problemOfRunNumber(number);
  if (name && problem) throw new PipelineError(name.at, `${problem}; change the name of the pipeline`);
  return number;
}

/**
 * The number of a run, for the `name` of its pipeline: tokens such as `$(Date:yyyyMMdd)` and `$(Rev:r)`, and variables. The times are UTC.
 * The revision of a local run is always 1.
 */
export function runNumber(
  format: string | undefined,
  now: Date,
  variable: (name: string) => string | undefined,
): string {
  const value = (name: string) => variable(name) ?? "";
  const dayOfYear =
    (Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()) -
      Date.UTC(now.getUTCFullYear(), 0, 0)) /
    86_400_000;
  const tokens: Record<string, () => string> = {
    builddefinitionname: () => value("Build.DefinitionName"),
    buildid: () => value("Build.BuildId"),
    dayofmonth: () => String(now.getUTCDate()),
    dayofyear: () => String(dayOfYear),
    hours: () => String(now.getUTCHours()),
    minutes: () => String(now.getUTCMinutes()),
    month: () => String(now.getUTCMonth() + 1),
    seconds: () => String(now.getUTCSeconds()),
    sourcebranchname: () => value("Build.SourceBranchName"),
    teamproject: () => value("System.TeamProject"),
    "build.sourcebranch": () => value("Build.SourceBranch").replaceAll("/", "_"),
  };
  const expand = (literal: string, token: string): string => {
    const [, kind = "", specifiers = ""] = /^(date|year|rev):(.*)$/is.exec(token) ?? [];
    if (kind.toLowerCase() === "rev")
      return specifiers.replace(/r+$/i, (digits) => "1".padStart(digits.length, "0"));
    if (kind !== "") return formatDate(specifiers, now);
    return tokens[token.toLowerCase()]?.() ?? variable(token) ?? literal;
  };
  // Twice, because the value of a variable can contain tokens.
  const once = (format || defaultFormat).replace(tokenPattern, expand);
  return once.replace(tokenPattern, expand);
}

/** The specifiers of dates and times of .NET; any other text stays as it is. */
function formatDate(specifiers: string, now: Date): string {
  const name = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" }).format(now);
  const hours = now.getUTCHours();
  const values: Record<string, () => string> = {
    yyyy: () => String(now.getUTCFullYear()),
    yy: () => two(now.getUTCFullYear() % 100),
    MMMM: () => name({ month: "long" }),
    MMM: () => name({ month: "short" }),
    MM: () => two(now.getUTCMonth() + 1),
    M: () => String(now.getUTCMonth() + 1),
    dddd: () => name({ weekday: "long" }),
    ddd: () => name({ weekday: "short" }),
    dd: () => two(now.getUTCDate()),
    d: () => String(now.getUTCDate()),
    HH: () => two(hours),
    H: () => String(hours),
    hh: () => two(hours % 12 || 12),
    h: () => String(hours % 12 || 12),
    mm: () => two(now.getUTCMinutes()),
    m: () => String(now.getUTCMinutes()),
    ss: () => two(now.getUTCSeconds()),
    s: () => String(now.getUTCSeconds()),
    tt: () => (hours < 12 ? "AM" : "PM"),
  };
  return specifiers.replace(/([A-Za-z])\1*/g, (part) => values[part]?.() ?? part);
}
