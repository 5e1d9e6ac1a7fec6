import type { IncomingMessage, ServerResponse } from "node:http";
import { FabricClient } from "../../../shared/fabric/connection.ts";
import { fabricDialect } from "../../../shared/fabric/dialect.ts";
import { HttpClient } from "../../../shared/http/client.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { type FaultyServer, faultyServer } from "../http/faulty-server.ts";

/** What a scripted server answers to one request. */
export interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A client of a server that answers as a test says, in order; the last answer is repeated. */
export async function scriptedFabric(
  ...answers: Scripted[]
): Promise<AsyncDisposable & { fabric: FabricClient; server: FaultyServer; asked(): string[] }> {
  const server = await faultyServer(
    ...answers.map(
      ({ status = 200, headers = {}, body }) =>
        (response: ServerResponse, _: IncomingMessage) => {
          response.writeHead(status, { "content-type": "application/json", ...headers });
          response.end(body === undefined ? "" : JSON.stringify(body));
        },
    ),
  );
  const identity = { description: "application 1b2c" } as FabricClient["identity"];
  const http = new HttpClient({
    baseUrl: server.url,
    hosts: new HostPolicy("fabric", server.host),
    dialect: fabricDialect,
    network: server.network,
  });
  return {
    fabric: new FabricClient({ fabric: server.url, portal: server.url, oneLake: server.url }, identity, http),
    server,
    asked: () => server.requests.map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export const workspaceId = "4b218778-e7a5-4d73-8187-f10824047715";
export const itemId = "431e8d7b-4a95-4c02-8ccd-6faef5ba1bd7";
export const instanceId = "f2d65699-dd22-4889-980c-15226deb0e1b";
