import { Clock } from "./clock.ts";
import type { WorkspaceConfig } from "./config.ts";
import { Faults } from "./faults.ts";
import { RequestLog } from "./request-log.ts";
import { SecretValues } from "./secret-values.ts";
import type { ServiceName } from "./service.ts";
import type { TrustFiles } from "./trust.ts";

/** What the services of one local workspace share: time, faults, the secrets that are known, the log of requests, where each listens and where state lies. */
export class Workspace {
  readonly clock = new Clock();
  readonly faults = new Faults();
  readonly secrets = new SecretValues();
  readonly requests = new RequestLog(this.clock, this.secrets);
  /** Effects of requests that were answered before, and are happening now. */
  readonly lateEffects = new Set<Promise<unknown>>();
  readonly config: WorkspaceConfig;
  readonly stateFolder: string;
  readonly trust: TrustFiles;
  /** Base URL of each service, without a slash at the end. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly #log: (line: string) => void;

  constructor(options: {
    config: WorkspaceConfig;
    stateFolder: string;
    trust: TrustFiles;
    urls: Record<ServiceName, string>;
    log: (line: string) => void;
  }) {
    this.config = options.config;
    this.stateFolder = options.stateFolder;
    this.trust = options.trust;
    this.urls = options.urls;
    this.#log = options.log;
  }

  /** One line for whoever runs the workspace, without known secrets: an unknown route, a defect of the emulator itself. */
  log(line: string): void {
    this.#log(this.secrets.redact(line));
  }
}
