import { type ClusterUse, clusterUse } from "../../../shared/results/cluster-use.ts";
import type { NotebookResult } from "../../../shared/results/notebook-result.ts";
import type { TestResults } from "../../../shared/results/test-results.ts";
import { resultsOfNotebooks } from "../../../shared/results/test-results.ts";

const workspace = "https://adb-4711.7.azuredatabricks.net";

/** A pull-request run of the weather example in which one notebook fails: what a reader sees most often. */
export function weatherRun(): TestResults {
  return resultsOfNotebooks("weather", [etl(), quality(), forecast()]);
}

/** The cluster on which it ran. */
export function weatherCluster(): ClusterUse {
  return clusterUse(
    {
      name: "notebook-ops-20417",
      url: `${workspace}/#setting/clusters/0302-091201-abc/configuration`,
      runningSince: new Date("2026-03-02T09:13:58Z"),
      until: new Date("2026-03-02T09:15:04Z"),
    },
    weatherRun().notebooks!,
  );
}

function etl(): NotebookResult {
  return {
    name: "notebooks/weather-etl",
    file: "notebooks/weather-etl.py",
    outcome: "passed",
    startedOn: new Date("2026-03-02T09:14:06Z"),
    durationSeconds: 41.3,
    exitValue: '{"rows": 1461}',
    url: `${workspace}/#job/811/run/1`,
    cases: [],
  };
}

function quality(): NotebookResult {
  const suite = ["notebooks/weather-quality"];
  const className = "notebooks/weather-quality";
  return {
    name: "notebooks/weather-quality",
    file: "notebooks/weather-quality.py",
    outcome: "failed",
    startedOn: new Date("2026-03-02T09:14:07Z"),
    durationSeconds: 28.9,
    message: "AssertionError: 2 days have a minimum above their maximum, first 2015-07-14",
    failingCell: {
      number: 6,
      language: "python",
      source: [
        "problems = find_problems(observations)",
        'assert not problems, f"{len(problems)} days have a minimum above their maximum, first {problems[0]}"',
      ].join("\n"),
    },
    trace: [
      "AssertionError                            Traceback (most recent call last)",
      "File <command-6>, line 2",
      "      1 problems = find_problems(observations)",
      '----> 2 assert not problems, f"{len(problems)} days have a minimum above their maximum, first {problems[0]}"',
      "",
      "AssertionError: 2 days have a minimum above their maximum, first 2015-07-14",
    ].join("\n"),
    url: `${workspace}/#job/812/run/1`,
    exportedHtml:
      "<!doctype html><title>weather-quality</title><h1>Quality of the weather tables</h1><table><tr><th>rule<th>days<tr><td>minimum below maximum<td>2</table>",
    cases: [
      { name: "every day is there once", className, suite, outcome: "passed", durationSeconds: 1.7 },
      {
        name: "minimum is below maximum",
        className,
        suite,
        outcome: "failed",
        durationSeconds: 0.8,
        message: "2 of 1461 days: 2015-07-14, 2015-07-15",
      },
      {
        name: "station keeps its place",
        className,
        suite,
        outcome: "skipped",
        durationSeconds: 0,
        message: "the delivery has one station",
      },
    ],
  };
}

function forecast(): NotebookResult {
  return {
    name: "notebooks/weather-forecast",
    file: "notebooks/weather-forecast.sql",
    outcome: "passed",
    startedOn: new Date("2026-03-02T09:14:36Z"),
    durationSeconds: 12.4,
    exitValue: "ok",
    url: `${workspace}/#job/813/run/1`,
    cases: [],
  };
}
