import type { Route } from "../http/route.ts";
import { hasOtherOperation } from "./answers.ts";
import { managedPath, notEmulated } from "./errors.ts";
import type { OneLakeWorkspace } from "./items.ts";
import type { Call, DefineRoute } from "./route.ts";

/**
 * A workspace is a container of the Blob API and a filesystem of the DFS API, which only Fabric creates and deletes.
 * Source: https://learn.microsoft.com/fabric/onelake/onelake-api-parity
 */
export function workspaceRoutes(route: DefineRoute): Route[] {
  const started = new Date();
  const describe = ({ request }: Call) =>
    hasOtherOperation(request, ["restype=container", "resource=filesystem"])
      ? notEmulated(request)
      : { status: 200, headers: properties(started) };
  const refuse = ({ request, workspace }: Call) => {
    throw managedPath(request, nameOf(workspace));
  };
  const parity = "https://learn.microsoft.com/fabric/onelake/onelake-api-parity";
  return [
    route("HEAD", "/{account?=onelake}/{workspace}", "get-container-properties", "read", describe),
    route(
      "GET",
      "/{account?=onelake}/{workspace}?restype=container",
      "get-container-properties",
      "read",
      describe,
    ),
    route("PUT", "/{account?=onelake}/{workspace}", parity, "write", refuse),
    route("PATCH", "/{account?=onelake}/{workspace}", parity, "write", refuse),
    route("DELETE", "/{account?=onelake}/{workspace}", parity, "write", refuse),
  ];
}

const nameOf = ({ name }: OneLakeWorkspace) => name;

function properties(changed: Date): Record<string, string> {
  return {
    etag: `"0x${(BigInt(changed.getTime()) * 10_000n + 621_355_968_000_000_000n).toString(16).toUpperCase()}"`,
    "last-modified": changed.toUTCString(),
    "x-ms-namespace-enabled": "true",
    "x-ms-has-immutability-policy": "false",
    "x-ms-has-legal-hold": "false",
    "x-ms-lease-state": "available",
    "x-ms-lease-status": "unlocked",
  };
}
