import type { RunOrigin } from "../../shared/results/run-origin.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Attachment, AttachmentService, RunReference } from "../attachments/attachment-service.ts";
import { boundedText } from "../attachments/bounded-text.ts";

/** A run, as `GET runs` of the development host returns it. */
export interface DevelopmentRun {
  buildId: string;
  /** Names by type, each at `GET attachments/<build id>/<name>`. */
  attachments: Record<string, string[]>;
  /** Of the sample. */
  origin?: RunOrigin;
}

/** The attachments of local runs, which scripts/results-tab.mjs serves. The newest run is first. */
export class DevelopmentAttachments implements AttachmentService {
  readonly #runs: readonly DevelopmentRun[];

  constructor(runs: readonly DevelopmentRun[]) {
    this.#runs = runs;
  }

  async attachments({ buildId }: RunReference, type: string, signal: AbortSignal): Promise<Attachment[]> {
    const names = this.#runs.find((run) => run.buildId === buildId)?.attachments[type] ?? [];
    return names.map((name) => ({
      name,
      read: async (limitBytes) => {
        const response = await fetch(`attachments/${buildId}/${encodeURIComponent(name)}`, { signal });
        if (!response.ok)
          throw new Error(
            couldNot(
              `read the attachment ${name} of run ${buildId}`,
              `the development host returned ${response.status}`,
              "start it again",
            ),
          );
        return boundedText(response, limitBytes);
      },
    }));
  }

  async lastRuns(_run: RunReference, count: number): Promise<RunReference[]> {
    return this.#runs.slice(0, count).map(referenceOf);
  }
}

export function referenceOf({ buildId, origin }: DevelopmentRun): RunReference {
  const run = { buildId, number: buildId, definitionId: "local", isCompleted: true };
  return origin ? { ...run, origin } : run;
}
