import { gateDecisionType } from "../../shared/results/gate/gate-decision.ts";
import { parseGateDecision, type ShownDecision } from "../../shared/results/gate/gate-decision-reader.ts";
import type { AttachmentService, RunReference } from "../attachments/attachment-service.ts";
import { problemsOf, values } from "./load.ts";
import type { Subject } from "./subject.ts";

/** Of each run. A decision is a few kB. */
const limits = { decisions: 10, bytes: 1024 * 1024 };

/** What gates of the runs decided about the versions of the subjects, oldest first. */
export async function loadGates(
  service: AttachmentService,
  run: RunReference,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<{ decisions: ShownDecision[]; problems: string[] }> {
  const runs = new Map([run, ...subjects.map((each) => each.run)].map((each) => [each.buildId, each]));
  const listed = await Promise.allSettled(
    [...runs.values()].map(async (each) => {
      const attachments = await service.attachments(each, gateDecisionType, signal);
      return attachments.slice(0, limits.decisions).map(async ({ name, read }) => {
        return parseGateDecision(await read(limits.bytes), `gate decision ${name} of run ${each.number}`);
      });
    }),
  );
  const read = await Promise.allSettled(values(listed).flat());
  signal.throwIfAborted();
  const isShown = ({ artifact }: ShownDecision) =>
    subjects.some(
      ({ record }) => record.artifact?.name === artifact.name && record.artifact.version === artifact.version,
    );
  return {
    decisions: values(read)
      .filter(isShown)
      .sort((a, b) => Date.parse(a.decidedOn) - Date.parse(b.decidedOn)),
    problems: [...problemsOf(listed), ...problemsOf(read)],
  };
}
