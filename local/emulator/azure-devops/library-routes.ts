import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { SecretValues } from "../secret-values.ts";
import type { Access } from "./access.ts";
import { continuedPage } from "./dialect.ts";
import { enumerationFilter } from "./enumeration.ts";
import { identityRef } from "./identity.ts";
import { projectId, projectName, projectOf } from "./urls.ts";

const docs =
  "https://learn.microsoft.com/rest/api/azure/devops/distributedtask/variablegroups?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/distributedtask/variablegroups";
const orders = { 0: "idAscending", 1: "idDescending" };

interface VariableGroup {
  id: number;
  name: string;
  variables: Readonly<Record<string, string>>;
}

/** Pipelines > Library: the variable groups of the config. A value that is a secret of the workspace is not shown, as in the cloud. */
export function libraryRoutes(
  groups: Readonly<Record<string, Readonly<Record<string, string>>>>,
  { access, secrets, createdOn }: { access: Access; secrets: SecretValues; createdOn: string },
): Route[] {
  const all = Object.entries(groups).map(([name, variables], index) => ({ id: index + 1, name, variables }));
  const body = (group: VariableGroup) => groupBody(group, { secrets, createdOn });
  const list = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    const { query } = request;
    const name = query.get("groupName")?.toLowerCase();
    const ids = query.get("groupIds")?.split(",").filter(Boolean);
    const found = all
      .filter((group) => !ids || ids.includes(String(group.id)))
      .filter((group) => !name || isNamed(group, name));
    const isWanted = enumerationFilter("queryOrder", query.get("queryOrder") || "idDescending", orders);
    const ordered = isWanted?.("idAscending") || ids ? found : found.reverse();
    return continuedPage(ordered, request, body);
  };
  const get = (request: ServiceRequest): Reply => {
    access.identify(request);
    projectOf(request);
    const found = all.find(({ id }) => String(id) === request.parameter("group"));
    // The service answers an unknown group with nothing.
    return found ? ok(body(found)) : ok(null);
  };
  return [
    {
      ...{ method: "GET", path: base, source: docs },
      query: ["groupName", "groupIds", "queryOrder", "$top", "continuationToken"],
      handle: list,
    },
    { method: "GET", path: `${base}/{group}`, source: docs, handle: get },
  ];
}

/** `*` stands for any text. */
function isNamed({ name }: VariableGroup, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(name);
}

function groupBody(
  { id, name, variables }: VariableGroup,
  { secrets, createdOn }: { secrets: SecretValues; createdOn: string },
) {
  const person = identityRef("notebook-ops");
  // `${name}` is a field of a service that starts later, which is a secret or an address; nothing tells which here.
  const isSecret = (value: string) => secrets.redact(value) !== value || /\$\{[^}]+\}/.test(value);
  const entries = Object.entries(variables).map(([variable, value]) => [
    variable,
    isSecret(value) ? { value: null, isSecret: true } : { value },
  ]);
  return {
    ...{ id, name, description: "", type: "Vsts", isShared: false, variables: Object.fromEntries(entries) },
    ...{ createdBy: person, createdOn, modifiedBy: person, modifiedOn: createdOn },
    variableGroupProjectReferences: [
      { name, description: "", projectReference: { id: projectId, name: projectName } },
    ],
  };
}
