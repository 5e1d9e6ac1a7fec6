import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardFolder } from "../guardian/guardian.ts";
import { removeAbandoned, writeOwner } from "../guardian/owner.ts";
import { Access } from "./azure-devops/access.ts";
import { type AzureDevOps, createAzureDevOps } from "./azure-devops/index.ts";
import { type Certificates, makeCertificates } from "./certificate.ts";
import { expandConfig, type WorkspaceConfig } from "./config.ts";
import { configNames } from "./config-names.ts";
import { serveControl } from "./control.ts";
import { createDatabricks } from "./databricks/index.ts";
import { type Application, Directory } from "./entra/directory.ts";
import { createEntra } from "./entra/index.ts";
import { Listener } from "./http/listener.ts";
import { serve } from "./http/serve.ts";
import { createKeyVault } from "./key-vault/index.ts";
import { type Ledger, mergeLedgers } from "./ledger.ts";
import { clientEnvironment, type ReadyRecord } from "./ready-record.ts";
import type { RequestRecord } from "./request-log.ts";
import type { Service, ServiceName } from "./service.ts";
import { writeTrustFiles } from "./trust.ts";
import { Workspace } from "./workspace.ts";

export interface EmulatorOptions {
  config?: WorkspaceConfig;
  /** The services listen on this port and those after it, in the order databricks, key-vault, entra, azure-devops, control; any free ports without it. */
  port?: number;
  /** Starts Spark at once, for whoever knows that a notebook will run; without it, the first cluster does. */
  warmUp?: boolean;
  /** Takes a line on each unknown route and each defect of the emulator; standard error without it. */
  log?: (line: string) => void;
}

export interface Emulator {
  ready: ReadyRecord;
  /** The variables by which unmodified clients find and trust the workspace. */
  environment: Record<string, string>;
  /** The config with every `${name}` filled in. */
  config: WorkspaceConfig;
  azureDevOps: AzureDevOps;
  /** The service principal behind a service connection of the config. */
  servicePrincipal(connection: string): Application | undefined;
  ledger(): Ledger;
  requests(): readonly RequestRecord[];
  /** Takes a value out of all that `GET /requests` and `GET /ledger` show: a secret that the workspace neither keeps nor issued. */
  keepSecret(value: string): void;
  /** Every operation that the workspace serves. */
  services: readonly Service[];
  stop(): Promise<void>;
}

const portOrder: readonly ServiceName[] = ["databricks", "key-vault", "entra", "azure-devops"];

/** Starts a local workspace: everything listens and is known when the promise resolves. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const stateFolder = await makeStateFolder();
  const release = guardFolder(stateFolder);
  const certificates = makeCertificates();
  const listeners = await openListeners(options.port, certificates);
  const control = await Listener.open(options.port ? options.port + portOrder.length : 0);
  const urls = Object.fromEntries(portOrder.map((name) => [name, listeners[name].url])) as Record<
    ServiceName,
    string
  >;
  const trust = await writeTrustFiles(stateFolder, certificates.authority);
  const log = options.log ?? ((line: string) => void process.stderr.write(`local workspace: ${line}\n`));
  const directory = await Directory.create(urls.entra, options.config ?? {}, certificates);
  const access = new Access(options.config?.devops?.permissions);
  const config = expandConfig(options.config ?? {}, configNames({ urls, directory, access, trust }));
  const workspace = new Workspace({ config, stateFolder, trust, urls, log });
  for (const { clientSecret, certificate } of directory.all()) {
    workspace.secrets.add(clientSecret);
    if (certificate) workspace.secrets.add(certificate.privateKeyPem);
  }
  for (const token of [access.buildToken, access.readerToken]) workspace.secrets.add(token);
  const databricks = await createDatabricks(workspace, directory);
  const azureDevOps = createAzureDevOps(workspace, directory, access);
  const services: Service[] = [
    createEntra(workspace, directory),
    createKeyVault(workspace, directory),
    databricks,
    azureDevOps,
  ];
  if (options.warmUp) databricks.warmUp();
  for (const service of services) listeners[service.name].serve(serve(service, workspace));

  const ledger = () => mergeLedgers(services.map((service) => service.ledger()));
  const controlToken = randomBytes(16).toString("hex");
  control.serve(serveControl(controlToken, workspace, ledger));
  const ready: ReadyRecord = {
    ready: true,
    caFile: trust.caFile,
    tenantId: directory.tenantId,
    clientId: directory.own.clientId,
    clientSecret: directory.own.clientSecret,
    authorityUrl: urls.entra,
    keyVaultUrl: urls["key-vault"],
    databricksUrl: urls.databricks,
    databricksToken: databricks.adminToken,
    fabricUrl: null,
    oneLakeBlobUrl: null,
    oneLakeDfsUrl: null,
    devopsUrl: azureDevOps.collectionUrl,
    devopsToken: access.buildToken,
    controlUrl: `${control.url}/${controlToken}`,
  };
  return {
    ready,
    environment: clientEnvironment(ready, trust),
    config,
    azureDevOps,
    servicePrincipal: (connection) => directory.byConnection(connection),
    ledger,
    requests: () => workspace.requests.all(),
    keepSecret: (value) => workspace.secrets.add(value),
    services,
    stop: async () => {
      workspace.clock.stop();
      await Promise.all([control, ...Object.values(listeners)].map((listener) => listener.close()));
      await Promise.all(services.map((service) => service.stop?.()));
      await rm(stateFolder, { recursive: true, force: true, maxRetries: 3 });
      release();
    },
  };
}

/** Where certificate, workspace objects and tables lie: a fresh folder that only this user can open (mkdtemp(3)). */
async function makeStateFolder(): Promise<string> {
  abandonedRemoved ??= removeAbandoned(tmpdir(), /^(notebook-ops-|nbo-)\w{6}$/);
  await abandonedRemoved;
  const folder = await mkdtemp(join(tmpdir(), "notebook-ops-")).catch((cause: Error) => {
    throw new Error(
      `Could not make the workspace's folder in ${tmpdir()}: ${cause.message}; set TMPDIR to a folder of yours.`,
      { cause },
    );
  });
  writeOwner(folder);
  return folder;
}

/** Once in a process: what earlier ones left, if their guardian was ended too or the machine lost its power. */
let abandonedRemoved: Promise<void> | undefined;

async function openListeners(
  port: number | undefined,
  certificates: Certificates,
): Promise<Record<ServiceName, Listener>> {
  const opened = portOrder.map(
    async (name, i) => [name, await Listener.open(port ? port + i : 0, certificates)] as const,
  );
  return Object.fromEntries(await Promise.all(opened)) as Record<ServiceName, Listener>;
}
