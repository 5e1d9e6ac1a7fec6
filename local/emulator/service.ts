import type { Fields } from "./config-schema/schema.ts";
import type { Reply } from "./http/reply.ts";
import type { ServiceRequest } from "./http/request.ts";
import type { Route } from "./http/route.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import type { LocalWorkspace } from "./local-workspace.ts";

/** The answers that a service gives outside its routes, each in the form of the real service. */
export interface Dialect {
  /** For a request without a route: 501 if it is an operation that the emulator lacks. A browser's path may get a page instead. */
  unknownRoute(request: ServiceRequest): Reply;
  malformedBody(request: ServiceRequest): Reply;
  throttled(request: ServiceRequest, retryAfterSeconds: number): Reply;
  failed(request: ServiceRequest, error: Error): Reply;
}

/** A service that runs: its routes over its own state, and what it adds to what the workspace says of itself. */
export interface Service<LedgerKind extends string = string, Ready extends object = object> {
  readonly routes: readonly Route[];
  readonly dialect: Dialect;
  /** Whether the case of a path is ignored, so that `/_apis/Packaging` is `/_apis/packaging`. */
  readonly pathsIgnoreCase?: boolean;
  /** More requests than this in a second are refused; undefined: no limit. */
  readonly requestsPerSecond?: number;
  /** A folder for the bodies of large requests, which are not read into memory then. Their routes move or delete the files. */
  readonly spoolFolder?: string;
  /** Fields of the ready record besides the service's addresses. In the config, `${field}` stands for their value. */
  readonly ready: Ready;
  /** The variables by which unmodified clients find the service and sign in to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The values of `${name:argument}` in the config, by name. */
  readonly placeholders?: Readonly<Record<string, (argument: string) => string>>;
  /** What a pipeline made and nothing has removed. */
  ledger(): Record<LedgerKind, LedgerEntry[]>;
  stop?(): Promise<void>;
}

/** What a service is given when it starts. */
export interface ServiceContext<Config extends object> {
  workspace: LocalWorkspace;
  /** The address at which the service listens, without a slash at the end. */
  origin: string;
  /** The addresses of all services by their names in the ready record, also of those that start later. */
  addresses: Readonly<Record<string, string>>;
  /** The whole config; `Config` is the service's own part of it. Names of services that start later are not yet filled in. */
  config: Config;
  /** A service that the list has before this one. */
  service<Started extends Service>(definition: StartOf<Started>): Started;
}

/** The part of a definition by which one service finds another. */
interface StartOf<Started extends Service> {
  readonly name: string;
  start(context: ServiceContext<never>): Promise<Started>;
}

/** A service of the local workspace: all that the workspace knows of it. Each folder beside this file exports one. */
interface ServiceDefinition<
  Config extends object,
  Addresses extends Readonly<Record<string, string>>,
  LedgerKind extends string,
  Started extends Service<LedgerKind>,
> extends StartOf<Started> {
  /** The name in faults, in the list of requests and in docs/emulator.md, such as `key-vault`. */
  readonly name: string;
  /** The name that a person reads, such as `Key Vault`. */
  readonly title: string;
  /**
   * With `--port N` the service listens on N plus this number. It belongs to the service for good: others may come and go, and the
   * control URL keeps N itself.
   */
  readonly portOffset: number;
  /** The schema of its part of `notebook-ops.local.yml`. */
  readonly configFields: Fields<Config>;
  readonly ledgerKinds: readonly LedgerKind[];
  /** Its addresses by their names in the ready record and in the config's `${name}`; known before any service starts. */
  addresses(origin: string): Addresses;
  start(context: ServiceContext<Config>): Promise<Started>;
}

/** Checks a definition and keeps its exact types, from which those of config, ledger and ready record are composed. */
export function defineService<
  Config extends object,
  const Addresses extends Readonly<Record<string, string>>,
  const LedgerKind extends string,
  Started extends Service<LedgerKind>,
>(
  definition: ServiceDefinition<Config, Addresses, LedgerKind, Started>,
): ServiceDefinition<Config, Addresses, LedgerKind, Started> {
  return definition;
}

/** Any definition, for code that treats all services alike. */
export interface AnyService
  extends Omit<
    ServiceDefinition<object, Readonly<Record<string, string>>, string, Service>,
    "configFields" | "start"
  > {
  readonly configFields: object;
  start(context: ServiceContext<never>): Promise<Service>;
}

export type ConfigOf<Definition extends AnyService> = Parameters<Definition["start"]>[0]["config"];
export type AddressesOf<Definition extends AnyService> = ReturnType<Definition["addresses"]>;
export type StartedOf<Definition extends AnyService> = Awaited<ReturnType<Definition["start"]>>;
export type LedgerKindOf<Definition extends AnyService> = Definition["ledgerKinds"][number];

/** `A | B` as `A & B`: what several services contribute to one object. */
export type Together<Union> = (Union extends unknown ? (part: Union) => void : never) extends (
  parts: infer All,
) => void
  ? All
  : never;
