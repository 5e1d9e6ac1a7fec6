import type { AzureConnectionConfig, EntraConfig } from "../entra/config.ts";
import type { Directory } from "../entra/directory.ts";
import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { Access } from "./access.ts";
import { collection } from "./dialect.ts";
import { identityRef } from "./identity.ts";
import { connectionId } from "./oidc-route.ts";
import { projectId, projectName, projectOf } from "./urls.ts";

const docs =
  "https://learn.microsoft.com/rest/api/azure/devops/serviceendpoint/endpoints?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/serviceendpoint/endpoints";
const listQuery = [
  "type",
  "authSchemes",
  "endpointIds",
  "endpointNames",
  "owner",
  "includeFailed",
  "includeDetails",
];
const schemes: Record<NonNullable<AzureConnectionConfig["scheme"]>, string> = {
  secret: "ServicePrincipal",
  certificate: "ServicePrincipal",
  federated: "WorkloadIdentityFederation",
};

/** The service connections of the config, without their secrets. */
export function endpointRoutes(
  connections: NonNullable<EntraConfig["serviceConnections"]>,
  { access, directory }: { access: Access; directory: Directory },
): Route[] {
  const all = Object.entries(connections).map(([name, connection]) => {
    const application = directory.byConnection(name);
    const scheme = connection.type === "azurerm" ? schemes[connection.scheme ?? "secret"] : "Token";
    const parameters = application && {
      tenantid: directory.tenantId,
      serviceprincipalid: application.clientId,
    };
    return {
      ...{ id: connectionId(name), name, type: connection.type, description: "", url: "" },
      authorization: { scheme, parameters: parameters ?? {} },
      ...{ isShared: false, isReady: true, owner: "Library", data: {} },
      createdBy: identityRef("notebook-ops"),
      serviceEndpointProjectReferences: [
        { name, description: "", projectReference: { id: projectId, name: projectName } },
      ],
    };
  });
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    const [type, owner] = ["type", "owner"].map(
      (name) => request.query.get(name)?.toLowerCase() || undefined,
    );
    const [ids, names, wantedSchemes] = ["endpointIds", "endpointNames", "authSchemes"].map((name) =>
      request.query.get(name)?.toLowerCase().split(",").filter(Boolean),
    );
    const found = all
      .filter((each) => type === undefined || each.type === type)
      .filter((each) => owner === undefined || each.owner.toLowerCase() === owner)
      .filter((each) => !ids || ids.includes(each.id))
      .filter((each) => !names || names.includes(each.name.toLowerCase()))
      .filter((each) => !wantedSchemes || wantedSchemes.includes(each.authorization.scheme.toLowerCase()));
    return collection(found);
  };
  const get = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    const id = request.parameter("endpoint").toLowerCase();
    // The service answers an unknown connection with nothing.
    return ok(all.find((each) => each.id === id) ?? null);
  };
  return [
    { method: "GET", path: base, source: docs, query: listQuery, handle: list },
    { method: "GET", path: `${base}/{endpoint}`, source: docs, handle: get },
  ];
}
