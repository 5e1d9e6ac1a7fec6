import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { guardFolder } from "../guardian/guardian.ts";
import { makeCertificates } from "./certificate.ts";
import type { WorkspaceConfig } from "./config.ts";
import { serveControl } from "./control.ts";
import type { Listener } from "./http/listener.ts";
import { type Ledger, mergeLedgers } from "./ledger.ts";
import { LocalWorkspace } from "./local-workspace.ts";
import { NotebookRunner } from "./notebook-runner.ts";
import { Placeholders } from "./placeholders.ts";
import { openPorts } from "./ports.ts";
import { clientEnvironment, type ReadyRecord, readyRecord } from "./ready-record.ts";
import type { RequestRecord } from "./request-log.ts";
import { serve } from "./serve.ts";
import type { AnyService, StartedOf } from "./service.ts";
import { services } from "./services.ts";
import { type StartedService, startServices } from "./start-services.ts";
import { makeStateFolder } from "./state-folder.ts";
import { writeTrustFiles } from "./trust.ts";

interface EmulatorOptions {
  config?: WorkspaceConfig;
  /** The control URL listens on this port and each service on its own offset from it; by default each takes any free port. */
  port?: number | undefined;
  /** Starts Spark at once, if a notebook is sure to run; by default the first cluster starts it. */
  warmUp?: boolean;
  /** Takes a line on each unknown route and each defect of the emulator; by default they go to standard error. */
  log?: (line: string) => void;
}

/** A local workspace that runs, and each of its services under the name that `services.ts` gives it. */
export type Emulator = RunningWorkspace & StartedByKey;

type StartedByKey = { [Key in keyof typeof services]: StartedOf<(typeof services)[Key]> };

interface RunningWorkspace {
  ready: ReadyRecord;
  /** The variables by which unmodified clients find and trust the workspace. */
  environment: Record<string, string>;
  /** The config with every `${name}` filled in. */
  config: WorkspaceConfig;
  services: readonly StartedService[];
  ledger(): Ledger;
  requests(): readonly RequestRecord[];
  /** Takes a value out of all that `GET /requests` and `GET /ledger` show: a secret that the workspace neither keeps nor issued. */
  keepSecret(value: string): void;
  stop(): Promise<void>;
}

/** Starts a local workspace: when the promise resolves, every service listens. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const given = options.config ?? {};
  const stateFolder = await makeStateFolder();
  const release = guardFolder(stateFolder);
  const certificates = makeCertificates();
  const definitions = Object.entries<AnyService>(services);
  const portOptions = { first: options.port, given: given.ports ?? {} };
  const ports = await openPorts(definitions, portOptions, certificates);
  const trust = await writeTrustFiles(stateFolder, certificates.authority);
  const notebooks = new NotebookRunner({ stateFolder, trust, spark: given.spark ?? { master: "local[*]" } });
  const log = options.log ?? ((line: string) => void process.stderr.write(`local workspace: ${line}\n`));
  const workspace = new LocalWorkspace({ stateFolder, certificates, notebooks, log });
  const placeholders = new Placeholders({ caFile: trust.caFile });
  const placed = definitions.map(([key, definition], i) => {
    const { url } = ports.services[i] as Listener;
    return { key, definition, origin: url, addresses: definition.addresses(url) };
  });
  const started = await startServices(placed, { workspace, placeholders, config: given });
  for (const [i, { definition, origin, service }] of started.entries()) {
    const options = { workspace, name: definition.name, origin, latencyMs: given.latencyMs ?? 0 };
    ports.services[i]?.serve(serve(service, options));
  }
  if (options.warmUp) notebooks.warmUp();

  const ledger = () => mergeLedgers(started.map(({ service }) => service));
  const controlToken = randomBytes(16).toString("hex");
  ports.control.serve(serveControl(controlToken, workspace, ledger));
  const ready = readyRecord(started, {
    caFile: trust.caFile,
    controlUrl: `${ports.control.url}/${controlToken}`,
  });
  const running: RunningWorkspace = {
    ready,
    environment: clientEnvironment(started, trust, ready.controlUrl),
    config: placeholders.fill(given),
    services: started,
    ledger,
    requests: () => workspace.requests.all(),
    keepSecret: (value) => workspace.secrets.add(value),
    stop: async () => {
      workspace.clock.stop();
      await ports.close();
      await Promise.all([notebooks.stop(), ...started.map(({ service }) => service.stop?.())]);
      await rm(stateFolder, { recursive: true, force: true, maxRetries: 3 });
      release();
    },
  };
  const byKey = Object.fromEntries(started.map(({ key, service }) => [key, service]));
  return Object.assign(running, byKey as unknown as StartedByKey);
}
