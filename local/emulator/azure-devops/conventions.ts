import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import { refuse } from "./dialect.ts";
import { inAcceptedForm } from "./reply-form.ts";

/** The newest version of the REST API (https://learn.microsoft.com/rest/api/azure/devops/). */
const newestVersion = 7.2;

/** What azure-devops-node-api sends for an object without fields, such as search criteria that ask for nothing. */
const emptyObject = "[object Object]";

/** What holds for every route: the rules of the API's version, of the query's parameters, and of the form of the answer. */
export function withConventions(route: Route): Route {
  return {
    ...route,
    handle: async (request) => {
      if (/\/_apis(\/|$)/i.test(request.url.pathname)) checkVersion(request);
      checkQuery(route, request);
      return inAcceptedForm(await route.handle(request), request);
    },
  };
}

/**
 * The version is a parameter of the query or of `Accept`. A request that changes something must have one.
 * Source: https://learn.microsoft.com/azure/devops/integrate/concepts/rest-api-versioning
 */
function checkVersion(request: ServiceRequest): void {
  const accepted = /;\s*api-version=([^;,\s]+)/i.exec(request.header("accept") ?? "")?.[1];
  const given = request.query.get("api-version") ?? accepted;
  if (given === undefined) {
    if (["GET", "HEAD", "OPTIONS"].includes(request.method)) return;
    refuse(
      400,
      "VssVersionNotSpecifiedException",
      `No api-version was supplied for the "${request.method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
    );
  }
  const [, version] = /^(\d+\.\d+)(?:-preview(?:\.\d+)?)?$/.exec(given) ?? [];
  if (version === undefined)
    refuse(400, "VssInvalidApiResourceVersionException", `The api-version '${given}' is not valid.`);
  if (Number(version) > newestVersion)
    refuse(
      400,
      "VssVersionOutOfRangeException",
      `The requested REST API version of ${version} is out of range for this server. The latest REST API version this server supports is ${newestVersion.toFixed(1)}.`,
    );
}

/**
 * Refuses a parameter that the local route does not honour: without it, a filter of the service would match everything here. Names are
 * read in any case, as ASP.NET does; a parameter without a value is not given.
 */
function checkQuery({ method, path, query = [] }: Route, request: ServiceRequest): void {
  for (const [name, value] of [...request.query]) {
    const known = ["api-version", ...query].find((each) => each.toLowerCase() === name.toLowerCase());
    if (known === undefined && value !== "" && value !== emptyObject)
      refuse(
        501,
        "NotImplementedException",
        `The local workspace does not support the query parameter ${name} of ${method} ${path.replaceAll(/\?(?=\})/g, "")}.`,
      );
    if (known === undefined || known === name) continue;
    request.query.delete(name);
    request.query.set(known, value);
  }
}
