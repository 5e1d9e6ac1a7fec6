import { ok, type Reply } from "../../http/reply.ts";
import { isJsonObject, type JsonObject, type ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { buildUri } from "../builds/build-routes.ts";
import type { Builds } from "../builds/builds.ts";
import { collection, pageOf, refuse } from "../dialect.ts";
import { projectId, projectName, projectOf } from "../urls.ts";
import {
  outcomeFilter,
  outcomeOf,
  resultOf,
  type TestResult,
  type TestRun,
  type TestRuns,
} from "./test-runs.ts";

const runsDocs = "https://learn.microsoft.com/rest/api/azure/devops/test/runs?view=azure-devops-rest-7.1";
const resultsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/test/results?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/test/runs";

/** Bodies always have the details that `includeRunDetails` asks for. */
const listQuery = [
  ...["buildUri", "buildIds", "automated", "isAutomated", "state", "runTitle", "includeRunDetails"],
  ...["minLastUpdatedDate", "maxLastUpdatedDate", "$skip", "$top"],
];

/** Test runs and their results. */
export function testRunRoutes(testRuns: TestRuns, builds: Builds, access: Access): Route[] {
  const read = (request: ServiceRequest): TestRun => {
    access.identify(request);
    projectOf(request);
    return testRuns.get(request.parameter("run"));
  };
  const change = (request: ServiceRequest): TestRun => {
    access.requireOfProject(request, "createTestRuns");
    return read(request);
  };
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    const found = testRuns.list().filter(filterOf(request));
    return collection(pageOf(found, request).map((run) => runBody(run, request)));
  };
  const create = (request: ServiceRequest): Reply => {
    access.requireOfProject(request, "createTestRuns");
    projectOf(request);
    const { name, build, automated, state, comment } = request.json();
    if (typeof name !== "string" || name === "") invalid("a test run has a name");
    const buildId = isJsonObject(build) && build.id ? builds.get(String(build.id)).id : undefined;
    const run = testRuns.create({
      ...{ name, isAutomated: automated === true },
      state: typeof state === "string" ? state : "NotStarted",
      ...(buildId === undefined ? {} : { buildId }),
      ...(typeof comment === "string" ? { comment } : {}),
    });
    return ok(runBody(run, request));
  };
  const update = (request: ServiceRequest): Reply => {
    const run = change(request);
    const { name, state, comment } = request.json();
    if (typeof name === "string") run.name = name;
    if (typeof comment === "string") run.comment = comment;
    if (typeof state === "string") run.state = state;
    if (run.state === "Completed") run.completedOn ??= testRuns.now();
    return ok(runBody(run, request));
  };
  const remove = (request: ServiceRequest): Reply => {
    testRuns.delete(change(request));
    return { status: 204 };
  };
  const addResults = (request: ServiceRequest): Reply => {
    const run = change(request);
    const added = request.jsonArray(isJsonObject).map((fields) => testRuns.addResult(run, fields));
    return collection(added.map((result) => resultBody(run, result)));
  };
  const updateResults = (request: ServiceRequest): Reply => {
    const run = change(request);
    const changed = request.jsonArray(isJsonObject).map(({ id, ...fields }: JsonObject) => {
      const result = resultOf(run, String(id));
      Object.assign(result.fields, fields);
      return result;
    });
    return collection(changed.map((result) => resultBody(run, result)));
  };
  const results = (request: ServiceRequest): Reply => {
    const run = read(request);
    const found = run.results.filter(outcomeFilter(request.query.get("outcomes")));
    return collection(pageOf(found, request).map((result) => resultBody(run, result)));
  };
  const result = (request: ServiceRequest): Reply => {
    const run = read(request);
    return ok(resultBody(run, resultOf(run, request.parameter("result"))));
  };
  const one = `${base}/{run}`;
  return [
    { method: "GET", path: base, source: runsDocs, query: listQuery, handle: list },
    { method: "POST", path: base, source: runsDocs, handle: create },
    {
      ...{ method: "GET", path: one, source: runsDocs, query: ["includeDetails"] },
      handle: (request) => ok(runBody(read(request), request)),
    },
    { method: "PATCH", path: one, source: runsDocs, handle: update },
    { method: "DELETE", path: one, source: runsDocs, handle: remove },
    {
      ...{ method: "GET", path: `${one}/results`, source: resultsDocs },
      query: ["outcomes", "detailsToInclude", "$skip", "$top"],
      handle: results,
    },
    { method: "POST", path: `${one}/results`, source: resultsDocs, handle: addResults },
    { method: "PATCH", path: `${one}/results`, source: resultsDocs, handle: updateResults },
    {
      ...{ method: "GET", path: `${one}/results/{result}`, source: resultsDocs },
      query: ["detailsToInclude"],
      handle: result,
    },
  ];
}

/** The filters of the list and those of the service's query of runs by time, which has the same address. */
function filterOf({ query }: ServiceRequest): (run: TestRun) => boolean {
  const [uri, title] = [query.get("buildUri"), query.get("runTitle")];
  const builds = query.get("buildIds")?.split(",").filter(Boolean);
  const automated = (query.get("automated") || query.get("isAutomated"))?.toLowerCase();
  const state = query.get("state")?.toLowerCase();
  const [from, to] = ["minLastUpdatedDate", "maxLastUpdatedDate"].map((name) => {
    const ms = Date.parse(query.get(name) || "x");
    if (query.get(name) && Number.isNaN(ms))
      invalid(`the value '${query.get(name)}' of ${name} is not a time`);
    return Number.isNaN(ms) ? undefined : ms;
  });
  return (run) => {
    const updated = Date.parse(run.completedOn ?? run.startedOn);
    return (
      (!uri || (run.buildId !== undefined && buildUri({ id: run.buildId }) === uri)) &&
      (!builds || builds.includes(String(run.buildId))) &&
      (!title || run.name === title) &&
      (!automated || automated === String(run.isAutomated)) &&
      (!state || state === run.state.toLowerCase()) &&
      (from === undefined || updated >= from) &&
      (to === undefined || updated <= to)
    );
  };
}

function runBody(run: TestRun, request: ServiceRequest) {
  const outcomes = run.results.map(outcomeOf);
  const count = (...wanted: string[]) => outcomes.filter((outcome) => wanted.includes(outcome)).length;
  const collectionUrl = `${request.url.origin}/${request.parameter("organisation")}`;
  return {
    ...{ id: run.id, name: run.name, isAutomated: run.isAutomated, state: run.state },
    ...(run.comment === undefined ? {} : { comment: run.comment }),
    ...(run.buildId === undefined ? {} : { build: { id: String(run.buildId) } }),
    startedDate: run.startedOn,
    ...(run.completedOn ? { completedDate: run.completedOn } : {}),
    project: { id: projectId, name: projectName },
    totalTests: outcomes.length,
    passedTests: count("Passed"),
    incompleteTests: count("Unspecified", "InProgress"),
    notApplicableTests: count("NotApplicable", "NotExecuted"),
    unanalyzedTests: count("Failed", "Error", "Aborted", "Timeout"),
    runStatistics: [...new Set(outcomes)].map((outcome) => ({
      ...{ state: "Completed", outcome, count: count(outcome) },
    })),
    url: `${collectionUrl}/${projectName}/_apis/test/Runs/${run.id}`,
    webAccessUrl: `${collectionUrl}/${projectName}/_TestManagement/Runs?runId=${run.id}`,
  };
}

function resultBody(run: TestRun, result: TestResult) {
  return {
    ...result.fields,
    id: result.id,
    outcome: outcomeOf(result),
    testRun: { id: String(run.id), name: run.name },
    project: { id: projectId, name: projectName },
    ...(run.buildId === undefined ? {} : { build: { id: String(run.buildId) } }),
  };
}

function invalid(reason: string): never {
  refuse(400, "InvalidPropertyException", `The request is not valid: ${reason}.`);
}
