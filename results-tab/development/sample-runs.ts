import { toJUnit } from "../../shared/results/junit.ts";
import { type ResultDetails, resultsOfRecord } from "../../shared/results/result-details.ts";
import type { RunOrigin } from "../../shared/results/run-origin.ts";
import type { StatusRecord, StatusResult } from "../../shared/results/status-record.ts";
import { countOutcomes } from "../../shared/results/test-case.ts";
import type { TestOutcome } from "../../shared/results/test-outcome.ts";
import { type SampleRun, sampleWorkspace as workspace } from "./sample-run.ts";
import { streamingRuns } from "./sample-streaming-runs.ts";

// Streaming tests, and a release of the weather example, which the tab shows if nothing has run on this machine yet.

const lastBuild = 279_990_512;

/** The version of the package in each run, the environments that it was tested in, and the case that failed in the last of them. */
const history: { version: string; environments: string[]; failed?: string }[] = [
  { version: "1.2.0", environments: ["test", "staging", "production"] },
  { version: "1.3.0", environments: ["test"], failed: "weather-etl" },
  { version: "1.3.1", environments: ["test"], failed: "minimum is below maximum" },
  { version: "1.3.2", environments: ["test", "staging"], failed: "weather-forecast" },
  { version: "1.3.3", environments: ["test", "staging", "production"] },
  { version: "1.3.3", environments: ["production"] },
  { version: "1.4.0", environments: ["test"], failed: "station keeps its place" },
  { version: "1.4.1", environments: ["test", "staging"] },
  { version: "1.5.0", environments: ["test"] },
  { version: "1.5.0", environments: ["staging"], failed: "minimum is below maximum" },
];

export const sampleOrigin: RunOrigin = {
  branch: "main",
  commit: "1f0c9e2a77aa4be0b6d1",
  startedBy: "Ada Lovelace (a push)",
};

/** Oldest first. */
export function sampleRuns(): SampleRun[] {
  const first = lastBuild - history.length * 1000;
  return [...streamingRuns(first), ...releaseRuns()];
}

function releaseRuns(): SampleRun[] {
  return history.map(({ version, environments, failed }, index) => {
    const records = environments.map((environment, position) => {
      const isLast = position === environments.length - 1;
      return record({ version, environment, index, position, failed: isLast ? failed : undefined });
    });
    return {
      buildId: String(lastBuild - (history.length - 1 - index) * 1000),
      records,
      junitFiles: records.map((each) => toJUnit(resultsOfRecord(each, detailsOf(each)))),
    };
  });
}

/** The cells and traces of the failed notebooks. */
function detailsOf({ results }: StatusRecord): Map<StatusResult, ResultDetails> {
  return new Map(
    results.flatMap((result) => {
      if (result.outcome !== "failed" || result.reportedBy) return [];
      const message = result.message ?? "AssertionError: a test failed";
      const source = [
        `problems = find_problems(spark.table("${result.name.split("/").at(-1)?.replace("-", ".")}"))`,
        'assert not problems, f"{len(problems)} days have a minimum above their maximum, first {problems[0]}"',
      ];
      const trace = [
        "AssertionError                            Traceback (most recent call last)",
        "File <command-6>, line 2",
        `      1 ${source[0]}`,
        `----> 2 ${source[1]}`,
        "",
        message,
      ].join("\n");
      const failingCell = { number: 6, language: "python", source: source.join("\n") };
      return [[result, { failingCell, trace }]];
    }),
  );
}

interface EnvironmentTest {
  version: string;
  environment: string;
  index: number;
  position: number;
  failed: string | undefined;
}

function record({ version, environment, index, position, failed }: EnvironmentTest): StatusRecord {
  const startedOn = new Date(Date.UTC(2026, 2, 2 + index, 9, 14 + position * 6));
  const results = resultsOf(index * 3 + position, failed);
  return {
    schema: "notebook-ops/test-status/1",
    artifact: { name: "weather", version, digest: `sha256:${version.replace(/\D/g, "").padStart(64, "0")}` },
    environment,
    platform: "databricks",
    workspace,
    run: { buildId: String(lastBuild - (history.length - 1 - index) * 1000) },
    startedOn: startedOn.toISOString(),
    finishedOn: new Date(startedOn.getTime() + 119_000).toISOString(),
    counts: countOutcomes(results),
    results,
  };
}

const messages: Record<string, string> = {
  "weather-etl":
    "AnalysisException: [TABLE_OR_VIEW_NOT_FOUND] The table or view `weather`.`observations` cannot be found.",
  "weather-quality": "AssertionError: 2 days have a minimum above their maximum, first 2015-07-14",
  "minimum is below maximum": "2 of 1461 days: 2015-07-14, 2015-07-15",
  "station keeps its place": "station 24233 moved by 1.2 km between 2014-03-30 and 2014-03-31",
  "weather-forecast": "TimeoutError: the notebook ran for 10 minutes, which is its limit",
};

const notebooks: { name: string; seconds: number; cases: [name: string, seconds: number][] }[] = [
  { name: "weather-etl", seconds: 41, cases: [] },
  {
    name: "weather-quality",
    seconds: 28,
    cases: [
      ["every day is there once", 1.7],
      ["minimum is below maximum", 0.8],
      ["station keeps its place", 2.4],
    ],
  },
  {
    name: "weather-forecast",
    seconds: 62,
    cases: [
      ["error is below 2.5 degrees", 6.1],
      ["features are complete", 0.4],
    ],
  },
];

function resultsOf(seed: number, failed: string | undefined): StatusResult[] {
  return notebooks.flatMap(({ name, seconds, cases }) => {
    const fails = failed === name || cases.some(([each]) => each === failed);
    const varied = 1 + ((seed * 7) % 10) / 25;
    return [
      {
        ...result(name, fails ? "failed" : "passed", seconds * (fails ? 0.4 : varied)),
        name: `notebooks/${name}`,
        file: `notebooks/${name}.py`,
        runUrl: `${workspace}/#job/${800 + seed}/run/1`,
        ...(cases.length > 0 ? {} : { exitValue: JSON.stringify({ rows: 1461 + seed, stations: 17 }) }),
        ...(name === "weather-forecast" && !fails ? { failedAttempts: 1 } : {}),
      },
      ...cases.map(([each, time]) => ({
        ...result(each, each === failed ? "failed" : "passed", time * varied),
        name: `notebooks/${name} / ${each}`,
        reportedBy: `notebooks/${name}`,
      })),
    ];
  });
}

function result(name: string, outcome: TestOutcome, durationSeconds: number): StatusResult {
  const message = outcome === "failed" ? messages[name] : undefined;
  return {
    name,
    outcome,
    durationSeconds: Math.round(durationSeconds * 10) / 10,
    ...(message ? { message } : {}),
  };
}
