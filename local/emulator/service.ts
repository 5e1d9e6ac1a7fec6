import type { Reply } from "./http/reply.ts";
import type { ServiceRequest } from "./http/request.ts";
import type { Route } from "./http/route.ts";
import type { Ledger } from "./ledger.ts";

export type ServiceName = "entra" | "key-vault" | "databricks" | "azure-devops";

/** How a service words what every service has to say. */
export interface Dialect {
  /** No route fits: 501 for an operation that the emulator lacks; a service may answer a browser's path otherwise. */
  unknownRoute(request: ServiceRequest): Reply;
  malformedBody(request: ServiceRequest): Reply;
  throttled(request: ServiceRequest, retryAfterSeconds: number): Reply;
  failed(request: ServiceRequest, error: Error): Reply;
}

/** One service of the workspace: its routes over its own state. */
export interface Service {
  readonly name: ServiceName;
  readonly routes: readonly Route[];
  readonly dialect: Dialect;
  /** Whether `/_apis/Packaging` is `/_apis/packaging`. */
  readonly pathsIgnoreCase?: boolean;
  /** More than so many requests in a second are refused; undefined: no limit. */
  readonly requestsPerSecond?: number;
  ledger(): Partial<Ledger>;
  stop?(): Promise<void>;
}
