import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { taskResults } from "../builds/timeline.ts";
import { continuedPage, refuse } from "../dialect.ts";
import { EnumerationValue } from "../enumeration.ts";
import { identityRef } from "../identity.ts";
import type { Projects } from "../projects.ts";
import type { Deployment, Environment } from "./environment.ts";
import type { Environments } from "./environments.ts";

const environmentsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/environments/environments?view=azure-devops-rest-7.1";
const recordsDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/environments/environmentdeployment-records/list?view=azure-devops-rest-7.1";
// The documentation has both areas in the path; clients learn `distributedtask` from OPTIONS.
const base = "/{organisation}/{project}/_apis/{area=distributedtask|pipelines}/environments";

const listQuery = ["name", "top", "$top", "continuationToken"];

/** Environments, and the deployment jobs that ran in them. */
export function environmentRoutes(environments: Environments, projects: Projects, access: Access): Route[] {
  const environmentOf = (request: ServiceRequest): Environment => {
    access.identify(request);
    return environments.get(request.parameter("environment"), projects.of(request));
  };
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    const wanted = request.query.get("name")?.toLowerCase();
    const found = environments
      .list(projects.of(request))
      .filter(({ name }) => !wanted || name.toLowerCase() === wanted);
    return continuedPage(found, withTop(request), environmentBody);
  };
  const create = (request: ServiceRequest): Reply => {
    const { name: createdBy } = access.identify(request);
    const project = projects.of(request);
    const { name, description } = request.json();
    if (typeof name !== "string" || name.trim() === "") {
      refuse(400, "VssPropertyValidationException", "The environment's name is empty.");
    }
    if (environments.find(name, project)) {
      refuse(
        409,
        "EnvironmentExistsException",
        `Environment ${name} already exists in project ${project.name}.`,
      );
    }
    const about = { project, createdBy, description: typeof description === "string" ? description : "" };
    return ok(environmentBody(environments.create({ name }, about)));
  };
  const records = (request: ServiceRequest): Reply => {
    const environment = environmentOf(request);
    const newestFirst = [...environment.deployments].reverse();
    return continuedPage(newestFirst, withTop(request), (deployment) =>
      deploymentBody(deployment, environment, request),
    );
  };
  return [
    { method: "GET", path: base, source: environmentsDocs, query: listQuery, handle: list },
    { method: "POST", path: base, source: environmentsDocs, handle: create },
    {
      method: "GET",
      path: `${base}/{environment}`,
      source: environmentsDocs,
      query: ["expands"],
      handle: (request) => ok(environmentBody(environmentOf(request))),
    },
    {
      method: "GET",
      path: `${base}/{environment}/environmentdeploymentrecords`,
      source: recordsDocs,
      query: ["top", "continuationToken"],
      handle: records,
    },
  ];
}

/** In these lists the page's size is `top`, without the dollar sign. */
function withTop(request: ServiceRequest): ServiceRequest {
  const top = request.query.get("top");
  if (top !== null) request.query.set("$top", top);
  return request;
}

function environmentBody({ id, name, description, project, createdBy, createdOn }: Environment) {
  const person = identityRef(createdBy);
  return {
    ...{
      id,
      name,
      description,
      createdBy: person,
      createdOn,
      lastModifiedBy: person,
      lastModifiedOn: createdOn,
    },
    ...{ resources: [], project },
  };
}

function deploymentBody(deployment: Deployment, environment: Environment, request: ServiceRequest) {
  const { id, build, stage, job, result, queuedOn, startedOn, finishedOn } = deployment;
  const { project, definition } = build;
  const page = `${request.url.origin}/${request.parameter("organisation")}/${project.id}/_build`;
  const self = `${request.url.origin}/${request.parameter("organisation")}/${project.id}/_apis/build`;
  return {
    ...{ id, requestIdentifier: `${stage}.${job}`, environmentId: environment.id },
    ...{ serviceOwner: "00025394-6065-48ca-87d9-7f5672854ef7", scopeId: project.id, resourceId: null },
    ...{
      planType: "Build",
      planId: build.planId,
      stageName: stage,
      jobName: job,
      stageAttempt: 1,
      jobAttempt: 1,
    },
    definition: {
      ...definition,
      _links: {
        web: { href: `${page}/definition?definitionId=${definition.id}` },
        self: { href: `${self}/Definitions/${definition.id}` },
      },
    },
    owner: {
      ...{ id: build.id, name: build.number },
      _links: {
        web: { href: `${page}/results?buildId=${build.id}` },
        self: { href: `${self}/Builds/${build.id}` },
      },
    },
    ...(result ? { result: new EnumerationValue(result, taskResults) } : {}),
    ...{ queueTime: queuedOn, startTime: startedOn, ...(finishedOn ? { finishTime: finishedOn } : {}) },
  };
}
