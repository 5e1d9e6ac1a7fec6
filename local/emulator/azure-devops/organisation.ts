import type { ServiceRequest } from "../http/request.ts";

/** The organisation of the local pipelines. */
export const organisationName = "local";

/** The organisation in a request's path, in lower case. A path without one belongs to the organisation of the pipelines. */
export function organisationOf(request: ServiceRequest): string {
  return (request.parameters.organisation ?? organisationName).toLowerCase();
}
