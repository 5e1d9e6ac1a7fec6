import assert from "node:assert/strict";
import { HttpClient } from "../../../shared/http/client.ts";
import { RequestError, type RequestErrorKind } from "../../../shared/http/errors.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { type FaultyServer, json } from "./faulty-server.ts";

type HttpClientOptions = ConstructorParameters<typeof HttpClient>[0];
export type RequestOptions = Parameters<HttpClient["json"]>[0];

export const throttled = json(
  429,
  { code: "REQUEST_LIMIT_EXCEEDED", message: "slow down" },
  { "retry-after-ms": "1" },
);
export const unavailable = json(503, { code: "TEMPORARILY_UNAVAILABLE" }, { "retry-after": "0" });
export const fine = json(200, { fine: true });

export function clientOf(server: FaultyServer, more: Partial<HttpClientOptions> = {}): HttpClient {
  const { url, host, network } = server;
  return new HttpClient({ baseUrl: url, hosts: new HostPolicy("databricks", host), network, ...more });
}

export function get(server: FaultyServer, more: Partial<RequestOptions> = {}): Promise<unknown> {
  return clientOf(server).json({ method: "GET", path: "/", attempted: "look at it", ...more });
}

export async function failure(asking: Promise<unknown>, kind: RequestErrorKind): Promise<RequestError> {
  const error = await asking.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert(error instanceof RequestError, String(error));
  assert.equal(error.kind, kind, error.message);
  return error;
}
