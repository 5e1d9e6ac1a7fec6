import type { ServiceRequest } from "../http/request.ts";
import type { Access } from "./access.ts";
import { refuse } from "./dialect.ts";
import { organisationName } from "./organisation.ts";

/** The project in which pipelines run. */
export const projectName = "local";
/** `System.TeamProjectId` of the local pipelines. */
export const projectId = "00000000-0000-4000-8000-000000000001";

/** `System.CollectionUri` without its slash. `serviceUrl` is the address of the local Azure DevOps. */
export function collectionUrl(serviceUrl: string, organisation = organisationName): string {
  return `${serviceUrl}/${encodeURIComponent(organisation)}`;
}

/** The project `local` in a request's path, given by name or id; undefined if the path has none. Refuses any other with 404. */
export function projectOf(request: ServiceRequest): string | undefined {
  const given = request.parameters.project;
  if (given === undefined) return undefined;
  if ([projectName, projectId].includes(given.toLowerCase())) return projectName;
  refuseProject(given);
}

export function refuseProject(given: string): never {
  refuse(
    404,
    "ProjectDoesNotExistWithNameException",
    `TF200016: The following project does not exist: ${given}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`,
  );
}

/** A feed's package index for pip, with a token in it that can only read. */
export function pypiIndexUrl(serviceUrl: string, feed: string, access: Access): string {
  const url = new URL(`${collectionUrl(serviceUrl)}/_packaging/${feed}/pypi/simple/`);
  url.username = "build";
  url.password = access.readerToken;
  return url.href;
}

/** The address by which twine publishes to a feed; the credential is sent with the request. */
export function pypiUploadUrl(serviceUrl: string, feed: string): string {
  return `${collectionUrl(serviceUrl)}/_packaging/${feed}/pypi/upload/`;
}
