import type { Certificates } from "./certificate.ts";
import { Clock } from "./clock.ts";
import { Faults } from "./faults.ts";
import type { NotebookRunner } from "./notebook-runner.ts";
import { RequestLog } from "./request-log.ts";
import { SecretValues } from "./secret-values.ts";

/** What the services of one local workspace share. */
export class LocalWorkspace {
  readonly clock = new Clock();
  readonly faults = new Faults();
  readonly secrets = new SecretValues();
  readonly requests = new RequestLog(this.clock, this.secrets);
  /** Effects that a fault delayed and that are happening now, after their requests were answered. */
  readonly lateEffects = new Set<Promise<unknown>>();
  readonly stateFolder: string;
  readonly certificates: Certificates;
  readonly notebooks: NotebookRunner;
  readonly #log: (line: string) => void;

  constructor(options: {
    stateFolder: string;
    certificates: Certificates;
    notebooks: NotebookRunner;
    log: (line: string) => void;
  }) {
    this.stateFolder = options.stateFolder;
    this.certificates = options.certificates;
    this.notebooks = options.notebooks;
    this.#log = options.log;
  }

  /** One line for whoever runs the workspace, without known secrets: an unknown route, a defect of the emulator itself. */
  log(line: string): void {
    this.#log(this.secrets.redact(line));
  }
}
