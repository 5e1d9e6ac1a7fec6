import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import type { Builds } from "../builds/builds.ts";
import { continuedPage } from "../dialect.ts";
import { EnumerationValue } from "../enumeration.ts";
import { hasFormParameter } from "../reply-form.ts";
import { projectId, projectName, projectOf } from "../urls.ts";
import {
  outcomeFilter,
  outcomeOf,
  outcomes,
  type TestResult,
  type TestRun,
  type TestRuns,
} from "./test-runs.ts";

const sourceDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/testresults/result-summary-by-build?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/testresults";

/** What the Tests tab of a run shows. */
export function testSummaryRoutes(testRuns: TestRuns, builds: Builds, access: Access): Route[] {
  const runsOf = (request: ServiceRequest): TestRun[] => {
    access.identify(request);
    projectOf(request);
    return testRuns.ofBuild(builds.get(request.query.get("buildId") ?? "").id);
  };
  const summary = (request: ServiceRequest): Reply => {
    const runs = runsOf(request);
    const results = runs.flatMap((run) => run.results);
    const found = [...new Set(results.map(outcomeOf))];
    // The keys of this map are values of the enumeration, too.
    const asNumbers = hasFormParameter(request, "enumsAsNumbers");
    return ok({
      aggregatedResultsAnalysis: {
        totalTests: results.length,
        duration: timeSpan(results),
        resultsByOutcome: Object.fromEntries(
          found.map((outcome) => [
            asNumbers ? outcomes.indexOf(outcome) : outcome,
            ofOutcome(results, outcome),
          ]),
        ),
      },
      totalRunsCount: runs.length,
      noConfigRunsCount: runs.length,
      teamProject: { id: projectId, name: projectName },
    });
  };
  const byBuild = (request: ServiceRequest): Reply => {
    const fits = outcomeFilter(request.query.get("outcomes"));
    const found = runsOf(request)
      .flatMap((run) => run.results.map((result) => ({ run, result })))
      .filter(({ result }) => fits(result));
    return continuedPage(found, request, ({ run, result }) => shallowBody(run, result));
  };
  return [
    {
      method: "GET",
      path: `${base}/resultsummarybybuild`,
      source: sourceDocs,
      query: ["buildId"],
      handle: summary,
    },
    {
      ...{ method: "GET", path: `${base}/resultsbybuild`, source: sourceDocs },
      query: ["buildId", "outcomes", "$top", "continuationToken"],
      handle: byBuild,
    },
  ];
}

function ofOutcome(results: TestResult[], outcome: string) {
  const found = results.filter((result) => outcomeOf(result) === outcome);
  const named = camelCase(outcome);
  const names = Object.fromEntries(outcomes.map((name, number) => [number, camelCase(name)]));
  return { outcome: new EnumerationValue(named, names), count: found.length, duration: timeSpan(found) };
}

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

function shallowBody(run: TestRun, result: TestResult) {
  const { automatedTestName, automatedTestStorage, testCaseTitle, durationInMs } = result.fields;
  return {
    ...{ id: result.id, runId: run.id, refId: result.id, outcome: outcomeOf(result) },
    ...{ automatedTestName, automatedTestStorage, testCaseTitle, durationInMs },
  };
}

/** The total duration of the results, as .NET writes a TimeSpan: `hh:mm:ss.fffffff`. */
function timeSpan(results: TestResult[]): string {
  const milliseconds = results.reduce((sum, { fields }) => sum + (Number(fields.durationInMs) || 0), 0);
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return `${clock}.${String(Math.round((milliseconds % 1000) * 10_000)).padStart(7, "0")}`;
}
